// How members and clusters get their ids. The same derivation as etcd's, so that members of both
// kinds agree on who is who and backups can be restored by either.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/clock.h"
#include "common/id.h"
#include "common/url.h"

namespace quorate::membership {

// A member of a cluster's first configuration: every member works out the same ids from
// --initial-cluster and --initial-cluster-token.
[[nodiscard]] MemberId initial_member_id(std::vector<Url> peer_urls, std::string_view token);

// A member (voter or learner) added at run time; `now` keeps it apart from an earlier member with
// the same addresses. One second is the resolution: adding twice within it gives the same id.
[[nodiscard]] MemberId added_member_id(std::vector<Url> peer_urls, Clock::Wall now);

// The cluster's, out of its first members in any order; it never changes afterwards.
[[nodiscard]] ClusterId cluster_id(std::vector<MemberId> initial_members);

}  // namespace quorate::membership
