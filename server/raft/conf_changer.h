// What a configuration becomes: one change at a time, or several through a joint configuration
// (thesis §4.1, §4.3), and what is not allowed. Changes nothing itself.
#pragma once

#include <cstdint>
#include <span>

#include "common/result.h"
#include "server/raft/types.h"

namespace quorate::raft {

// Sorted, without repetition, nobody in two roles; an outgoing half where there must be one.
[[nodiscard]] Status check_conf(const ConfState& conf);
// The lists sorted, as they are kept.
[[nodiscard]] ConfState sorted(ConfState conf);
[[nodiscard]] bool is_joint(const ConfState& conf);
// Voters of either half, sorted.
[[nodiscard]] std::vector<MemberId> all_voters(const ConfState& conf);
// Everybody: voters of both halves and learners, sorted.
[[nodiscard]] std::vector<MemberId> all_members(const ConfState& conf);
// True for a change that was refused when it was applied: all its members are nobody.
[[nodiscard]] bool is_refused(const ConfChange& change);

class ConfChanger {
 public:
  enum class Leave : std::uint8_t { automatically, when_asked };

  // Requires: check_conf(conf).
  explicit ConfChanger(ConfState conf);

  // Picks among those below, as etcd does: no changes leave the joint configuration, one change
  // is simple, more than one or an explicit wish enter a joint one. A refused change is no change.
  [[nodiscard]] Result<ConfState> change(const ConfChange& change) const;

  // At most one voter more or less.
  [[nodiscard]] Result<ConfState> simple(std::span<const ConfChangeSingle> changes) const;
  [[nodiscard]] Result<ConfState> enter_joint(std::span<const ConfChangeSingle> changes,
                                              Leave leave) const;
  [[nodiscard]] Result<ConfState> leave_joint() const;

 private:
  ConfState conf_;
};

}  // namespace quorate::raft
