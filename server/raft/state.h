// The inside of Node. Each kind of message has a source file of its own; all share this.
#pragma once

#include <deque>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "server/raft/entry_log.h"
#include "server/raft/node.h"
#include "server/raft/pending_writes.h"
#include "server/raft/read_queue.h"
#include "server/raft/tracker.h"

namespace quorate::raft {

// Reads that a leader keeps waiting, for itself and for others; more are dropped.
inline constexpr std::size_t kReadsWaitingMax = 65'536;

// What a vote request says when the leader itself asked for the election. Etcd's word.
inline constexpr std::string_view kCampaignTransfer = "CampaignTransfer";

enum class Election : std::uint8_t { pre_vote, vote, transfer };
enum class IfEmpty : std::uint8_t { send, skip };

struct Node::State {
  State(const Config& config, Rng rng, Restored restored);

  // node.cc: one event, and what came of it
  void handle(const Event& event);
  Actions finish();
  void hand_out_writes();
  void release_held();
  void hand_out_messages();
  void hand_out_entries();
  void send(Message message);

  // receive.cc: what terms demand, then by kind
  void receive(const Message& message);
  [[nodiscard]] bool accept_newer_term(const Message& message);
  void answer_older_term(const Message& message);
  void dispatch(const Message& message);

  // election.cc
  void tick();
  void tick_leader();
  void check_quorum();
  void stand_for_election(Election election);
  void request_votes(Election election);
  void decide_election();
  void become_follower(Term new_term, MemberId new_leader);
  void become_candidate();
  void become_pre_candidate();
  void become_leader();
  void reset(Term new_term);
  [[nodiscard]] bool is_promotable() const;
  [[nodiscard]] bool has_unapplied_conf_change() const;

  // replicate.cc: from a leader to its followers
  void send_append(Tracker::Peer& peer) { try_send_append(peer, IfEmpty::send); }
  bool try_send_append(Tracker::Peer& peer, IfEmpty if_empty);
  bool try_send_snapshot(Tracker::Peer& peer);
  void send_heartbeat(Tracker::Peer& peer, const SharedBytes& context);
  void broadcast_append();
  void broadcast_heartbeat();
  [[nodiscard]] bool advance_commit();
  void after_commit();

  // on_*.cc: one file for each kind of message or event
  void on_vote(const Message& message);
  void on_vote_response(const Message& message);
  void on_append(const Message& message);
  void on_append_response(const Message& message);
  void on_append_rejected(Tracker::Peer& peer, const Message& message);
  void on_append_accepted(Tracker::Peer& peer, const Message& message);
  void on_heartbeat(const Message& message);
  void on_heartbeat_response(const Message& message);
  void on_snapshot(const Message& message);
  void on_propose(const Message& message);
  void on_read_index(const Message& message);
  void on_read_index_response(const Message& message);
  void on_transfer_leader(const Message& message);
  void on_timeout_now();
  void on_persisted(PersistId id);
  void on_applied(Index index);
  void on_conf_applied(const ConfApplied& event);
  void on_compacted(Index index);
  void on_unreachable(MemberId peer);
  void on_snapshot_reported(const SnapshotReported& report);

  // What several of them need
  [[nodiscard]] bool follow(MemberId from);
  void acknowledge(MemberId to, Index index);
  void commit_to(Index index);
  void learn_commit(Index index, Term index_term);
  void store(std::span<const Entry> entries);
  [[nodiscard]] bool is_snapshot_wanted(const SnapshotMeta& snapshot) const;
  void restore(const SnapshotMeta& snapshot);
  [[nodiscard]] bool is_snapshot_pending() const;
  [[nodiscard]] bool propose(std::vector<Proposal> proposals);
  [[nodiscard]] bool append_proposals(std::vector<Proposal> proposals);
  void append_own(EntryType type, SharedBytes data);
  [[nodiscard]] bool may_change_conf(const Proposal& proposal) const;
  void leave_joint_if_due();
  void adopt_conf(const ConfState& conf);
  void transfer_to(MemberId to);
  void send_timeout_now(MemberId to);
  void hand_over();
  void ask_read(const SharedBytes& context);
  void queue_read(MemberId from, const SharedBytes& context);
  void start_early_reads();
  void confirm_reads();
  void answer_read(const ReadQueue::Read& read);
  void drop_reads();
  [[nodiscard]] bool has_committed_in_term() const;
  [[nodiscard]] HardState hard_state() const { return {term, vote, commit}; }
  [[nodiscard]] SoftState soft_state() const { return {leader, role}; }

  struct Held {
    PersistId after;
    Message message;
  };

  const Config config;
  Rng rng;

  Term term;
  MemberId vote;
  Index commit;
  EntryLog log;
  Tracker tracker;
  Role role = Role::follower;
  MemberId leader;

  std::uint32_t election_elapsed = 0;  // ticks since the leader was heard, or the last check
  std::uint32_t heartbeat_elapsed = 0;
  std::uint32_t election_timeout = 0;  // drawn anew at each reset

  // Leaders only.
  MemberId transferee;       // nobody = no transfer under way
  Index pending_conf_index;  // no conf change is taken before this one is applied
  std::size_t uncommitted_bytes = 0;
  ReadQueue reads;
  std::vector<ReadQueue::Read> early_reads;  // wait until this term has committed something

  // The way to the disk and to the state machine: applied <= applying <= durable.
  PendingWrites writes;
  HardState saved_hard_state;                    // what the newest write says, done or not
  Index saved_index;                             // entries up to here are in a write, done or not
  std::optional<SnapshotMeta> unsaved_snapshot;  // received, not yet in a write
  Index applying;                                // handed out for applying up to here
  Index applied;
  Index conf_awaited;  // a conf change handed out; 0 = none

  std::vector<Message> to_hold;  // of this step: promises that wait for the disk
  std::deque<Held> held;
  SoftState told_soft_state;
  Actions actions;
};

}  // namespace quorate::raft
