// etcdserverpb.Maintenance.
#pragma once

#include <string_view>

#include "server/api/call.h"

namespace quorate::api {

struct Services;

void maintenance_status(Services& services, const CallPtr& call, std::string_view message);
void maintenance_hash(Services& services, const CallPtr& call, std::string_view message);
void maintenance_hash_kv(Services& services, const CallPtr& call, std::string_view message);

}  // namespace quorate::api
