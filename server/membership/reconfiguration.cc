#include "server/membership/reconfiguration.h"

namespace quorate::membership {
namespace {

struct Voters {
  std::size_t all = 0;
  std::size_t started = 0;

  [[nodiscard]] bool has_quorum() const { return started >= all / 2 + 1; }
};

// As they would be without that one.
Voters voters_without(const Members& members, MemberId id) {
  Voters voters;
  for (const Member& member : members.list()) {
    if (member.is_learner || member.id == id) continue;
    ++voters.all;
    if (!member.name.empty()) ++voters.started;
  }
  return voters;
}

// Declared as FAILED_PRECONDITION, sent as UNKNOWN: so etcd's clients know it.
Error not_enough_started() {
  return {Code::unknown, "etcdserver: re-configuration failed due to not enough started members"};
}

Status need_quorum(const Voters& voters) {
  if (voters.has_quorum()) return {};
  return not_enough_started();
}

}  // namespace

Status may_add_voter(const Members& members) {
  Voters voters = voters_without(members, MemberId{});
  // A single member can only grow by losing its quorum for a while.
  if (voters.all == 1 && voters.started == 1) return {};
  ++voters.all;
  return need_quorum(voters);
}

Status may_remove(const Members& members, MemberId id) {
  const Member* member = members.find(id);
  if (member != nullptr && member->is_learner) return {};
  return need_quorum(voters_without(members, id));
}

Status may_promote(const Members& members) {
  Voters voters = voters_without(members, MemberId{});
  ++voters.all;
  ++voters.started;
  return need_quorum(voters);
}

Status is_in_sync(Index learner, Index leader) {
  // Nine tenths without overflow: indexes have 64 bits.
  const auto tenth = leader.value() / 10;
  const auto rest = leader.value() % 10;
  if (learner.value() >= 9 * tenth + (9 * rest + 9) / 10) return {};
  return Error{Code::failed_precondition,
               "etcdserver: can only promote a learner member which is in sync with leader"};
}

}  // namespace quorate::membership
