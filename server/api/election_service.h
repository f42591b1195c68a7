// v3electionpb.Election.
#pragma once

#include <string_view>

#include "common/id.h"
#include "server/api/call.h"

namespace quorate::mvcc {
class Row;
}

namespace quorate::api {

struct Services;

void election_campaign(Services& services, const CallPtr& call, std::string_view message);
void election_proclaim(Services& services, const CallPtr& call, std::string_view message);
void election_leader(Services& services, const CallPtr& call, std::string_view message);
void election_observe(Services& services, const CallPtr& call, std::string_view message);
void election_resign(Services& services, const CallPtr& call, std::string_view message);

// Whether the caller may see who leads.
[[nodiscard]] Status may_follow(const Services& services, const Call& call, std::string_view name);
// A LeaderResponse of this revision of the store.
[[nodiscard]] Reply leader_reply(const Services& services, const mvcc::Row& row, Revision revision);

}  // namespace quorate::api
