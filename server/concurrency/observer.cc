#include "server/concurrency/observer.h"

namespace quorate::concurrency {

NextToSee Observer::looked(const std::optional<std::string>& first, Revision revision) {
  has_leader_ = first.has_value();
  if (!has_leader_) return FollowQueue{revision};
  return ShowFirst{{*first, revision}};
}

NextToSee Observer::heard(const Heard& change) {
  if (change.kind == Heard::Kind::deleted) {
    // Without a leader it is that of a key which came and went between two looks.
    if (!has_leader_) return NothingNew{};
    return LookFirst{};
  }
  if (has_leader_) return ShowHeard{};
  has_leader_ = true;
  return ShowHeard{FollowKey{change.key, change.revision}};
}

}  // namespace quorate::concurrency
