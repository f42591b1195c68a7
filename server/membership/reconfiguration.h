// Whether a change of the members would leave a quorum of members that have started:
// --strict-reconfig-check. A new voter counts before it can help.
#pragma once

#include "common/id.h"
#include "common/result.h"
#include "server/membership/members.h"

namespace quorate::membership {

[[nodiscard]] Status may_add_voter(const Members& members);
// Learners may always go; so may members that do not exist, which is found out later.
[[nodiscard]] Status may_remove(const Members& members, MemberId id);
[[nodiscard]] Status may_promote(const Members& members);

// A learner that has less of the log than nine tenths of what the leader has is not promoted.
[[nodiscard]] Status is_in_sync(Index learner, Index leader);

}  // namespace quorate::membership
