// What Raft promises about the cluster as a whole (Raft figure 3), checked after every step: at
// most one leader a term, logs that match, leaders with all that is committed, one history for
// every state machine; and that promises are durable before they are made.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <unordered_map>
#include <vector>

#include "server/raft/invariants.h"
#include "tests/sim/member.h"

namespace quorate::sim {

class RaftChecker {
 public:
  // Finds a member by id, also one that is down; null = there is none.
  using Find = std::function<const Member*(MemberId)>;

  explicit RaftChecker(Find find) : find_{std::move(find)} {}

  void started(const Member& member);
  void stepped(const Member& member, const raft::Actions& actions);
  void applied(const Member& member, const raft::Entry& entry, std::uint64_t state_hash);
  void adopted(const Member& member, Index index, std::uint64_t state_hash);

  // The history all state machines share, as far as any has come.
  struct Slot {
    Term term;
    std::uint64_t data_hash = 0;
    std::uint64_t state_hash = 0;
  };
  [[nodiscard]] const std::vector<Slot>& history() const { return history_; }  // [0] is index 1
  [[nodiscard]] Index committed() const { return Index{committed_.size()}; }
  [[nodiscard]] std::uint64_t leaders() const { return leaders_.size(); }

 private:
  // An entry that is somewhere in a log: the same index and term, the same everything (§5.3).
  struct Known {
    std::uint64_t data_hash = 0;
    Term previous_term;
  };
  struct Committed {
    Term term;
    Term known_in;  // the term of the leader that committed it
  };
  struct Watched {
    raft::Invariants invariants;
    Index commit;
    raft::Role role = raft::Role::follower;
  };

  void check_promises(const Member& member, const raft::Message& message);
  void check_writes(const raft::Node& node, const raft::Persist& persist);
  void check_leader(const raft::Node& node);
  void check_commit(const raft::Node& node, Index before);
  void check_replicas(const raft::Node& node);

  Find find_;
  std::map<MemberId, Watched> watched_;
  std::map<Term, MemberId> leaders_;
  std::map<std::pair<MemberId, Term>, MemberId> votes_;
  std::unordered_map<std::uint64_t, Known> known_;  // by index and term
  std::vector<Committed> committed_;                // [0] is index 1
  std::vector<Slot> history_;
};

}  // namespace quorate::sim
