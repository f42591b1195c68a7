// What must be true of a node between any two steps. For tests: they ask after every step.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "server/raft/node.h"

namespace quorate::raft {

// One for each node and life of it: some claims compare with the step before.
class Invariants {
 public:
  // The first claim that does not hold, in words.
  [[nodiscard]] std::optional<std::string> broken(const Node& node);

 private:
  struct Before {
    HardState hard_state;
    Index applied;
    MemberId leader;  // the last one known in this term
  };

  // Each adds nothing, or names the claim.
  using State = Node::State;
  static const char* broken_order(const State& state);
  static const char* broken_log(const State& state);
  static const char* broken_role(const State& state);
  static const char* broken_leader(const State& state);
  static const char* broken_progress(const State& state);
  static const char* broken_writes(const State& state);
  static const char* broken_change(const Before& before, const State& state);

  std::optional<Before> before_;
};

}  // namespace quorate::raft
