// etcdserverpb.Lease.
#pragma once

#include <memory>
#include <string_view>

#include "server/api/call.h"

namespace quorate::api {

struct Services;

void lease_grant(Services& services, const CallPtr& call, std::string_view message);
void lease_revoke(Services& services, const CallPtr& call, std::string_view message);
void lease_time_to_live(Services& services, const CallPtr& call, std::string_view message);
void lease_leases(Services& services, const CallPtr& call, std::string_view message);
[[nodiscard]] std::unique_ptr<StreamHandler> open_lease_keep_alive(Services& services,
                                                                   const CallPtr& call);

}  // namespace quorate::api
