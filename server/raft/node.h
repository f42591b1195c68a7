// Consensus as a machine: an event in, actions out. The same state and event give the same
// actions, to the byte: no clock, socket, file, thread or hash order in here.
//
//            Tick, Received, Proposed, ...          the caller carries these out
//   caller ------------------------------> Node -------------------------------> disk
//      ^                                                                          peers
//      +---------------- Persisted, Applied, Unreachable <------------------------ state
//
// Source: Ongaro's thesis; behaviour on the wire as etcd's Raft, whose members may be our peers.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "common/result.h"
#include "common/rng.h"
#include "server/raft/types.h"

namespace quorate::raft {

struct Config {
  MemberId id{};
  std::uint32_t election_ticks = 10;  // a follower waits between this and twice this, by chance
  std::uint32_t heartbeat_ticks = 1;
  bool pre_vote = true;
  bool check_quorum = true;
  std::size_t append_bytes_max = std::size_t{1} << 20;  // entries of one message, at least one
  std::uint32_t inflight_messages_max = 512;            // unacknowledged appends per follower
  // Proposals not yet committed; more are dropped. Bounds the log's memory.
  std::size_t uncommitted_bytes_max = std::size_t{1} << 30;
};

// What a member finds on its disk when it starts. All empty for a member that never ran.
struct Restored {
  HardState hard_state{};        // its commit is raised to `applied` when it is older
  Index start_index{};           // the entry before the first one held here; 0 = the log is whole
  Term start_term{};             // and its term
  std::vector<Entry> entries{};  // start_index + 1 and on, without gaps
  Index applied{};               // what the store already holds; start_index <= applied
  ConfState conf{};              // as of `applied`
};

// Numbers the writes asked for, from 1 and without gaps; they complete in this order.
using PersistId = Id<struct PersistTag>;

struct Proposal {
  EntryType type = EntryType::normal;
  SharedBytes data;
};

// ---- Events

struct Tick {};  // one unit of time has passed
struct Received {
  Message message;
};
struct Proposed {
  std::vector<Proposal> proposals;  // all or none enter the log
};
// Asks for an index that, once applied, makes a local read linearizable (thesis §6.4).
struct ReadAsked {
  SharedBytes context;  // comes back in ReadReady
};
struct Persisted {  // this write and all before it are durable
  PersistId id;
};
struct Applied {  // the state machine has taken everything up to here, or adopted this snapshot
  Index index;
};
// The state machine has taken the conf change at this index, and with it everything before. When it
// refused the change: with nobody as its members. Requires: can_apply(change). Until it is said no
// entry after the change is handed out.
struct ConfApplied {
  Index index;
  ConfChange change;
};
struct Compacted {  // entries up to and including this one may be forgotten; needs applied >= it
  Index index;
};
struct Campaign {};  // stand for election now, if allowed to
struct TransferAsked {
  MemberId to;
};
struct Unreachable {  // a message to this peer was lost
  MemberId peer;
};
struct SnapshotReported {  // the snapshot for this peer arrived, or did not
  MemberId peer;
  bool arrived = false;
};

using Event = std::variant<Tick, Received, Proposed, ReadAsked, Persisted, Applied, ConfApplied,
                           Compacted, Campaign, TransferAsked, Unreachable, SnapshotReported>;

// ---- Actions

enum class Role : std::uint8_t { follower, pre_candidate, candidate, leader };

struct SoftState {
  MemberId leader;  // nobody while unknown
  Role role = Role::follower;

  friend bool operator==(const SoftState&, const SoftState&) = default;
};

// To be made durable as one unit, then reported with Persisted{id}. Writes complete in order. What
// depends on it (votes, acknowledgements) the node itself holds back until then. A snapshot's state
// must be safe on disk before the message with it is received.
struct Persist {
  PersistId id;
  std::optional<HardState> hard_state;   // replaces the one before
  std::optional<SnapshotMeta> snapshot;  // received from the leader: the log starts anew after it
  std::vector<Entry> entries;            // an index at or below the last one cuts the log there
};

struct ReadReady {
  SharedBytes context;
  Index index;  // serve the read once this is applied
};

struct Actions {
  std::optional<Persist> persist;
  std::vector<Message> send;  // may leave at once: nothing here waits for the disk
  // Committed and durable here, in order, each exactly once. A conf change comes last: what follows
  // it waits for ConfApplied, what follows a snapshot waits for Applied of its index.
  std::vector<Entry> apply;
  std::vector<ReadReady> reads;
  std::optional<SoftState> soft_state;  // set when it changed
  bool proposals_dropped = false;       // the Proposed event of this step went nowhere
  // Asked here and never to be answered: no leader, or this one lost the lead. A read forwarded to
  // another leader may get lost without a word: its asker needs a deadline.
  std::vector<SharedBytes> reads_dropped;
};

class Node {
 public:
  // Requires: restored is consistent (entries follow the snapshot, applied within them).
  Node(const Config& config, Rng rng, Restored restored);
  ~Node();
  Node(Node&&) noexcept;
  Node& operator=(Node&&) noexcept;

  [[nodiscard]] Actions step(const Event& event);
  // As step(Proposed), but takes the payloads over.
  [[nodiscard]] Actions propose(std::vector<Proposal> proposals);

  [[nodiscard]] MemberId id() const;
  [[nodiscard]] Term term() const;
  [[nodiscard]] MemberId leader() const;  // nobody while unknown
  [[nodiscard]] Role role() const;
  [[nodiscard]] HardState hard_state() const;
  [[nodiscard]] const ConfState& conf_state() const;
  [[nodiscard]] Index first_index() const;  // oldest entry still held
  [[nodiscard]] Index last_index() const;
  [[nodiscard]] Index commit_index() const;
  [[nodiscard]] Index applied_index() const;
  [[nodiscard]] std::optional<Term> term_of(Index index) const;
  [[nodiscard]] MemberId transferring_to() const;  // nobody when no transfer is under way
  // Why this change cannot be applied to the configuration in force, if it cannot.
  [[nodiscard]] Status can_apply(const ConfChange& change) const;

  // How far a peer is, as the leader knows it; for status pages and learner promotion.
  struct PeerProgress {
    MemberId id;
    Index match;
    Index next;
    ProgressState state = ProgressState::probe;
    bool is_learner = false;
    bool recently_active = false;
  };
  [[nodiscard]] std::vector<PeerProgress> progress() const;  // empty unless leader; by id

  void dump(std::ostream& out) const;

 private:
  struct State;
  friend class Invariants;  // looks inside, in tests, after every step
  std::unique_ptr<State> state_;
};

}  // namespace quorate::raft
