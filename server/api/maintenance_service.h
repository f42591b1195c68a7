// etcdserverpb.Maintenance.
#pragma once

#include <string_view>

#include "server/api/call.h"

namespace quorate::api {

struct Services;

void maintenance_alarm(Services& services, const CallPtr& call, std::string_view message);
void maintenance_status(Services& services, const CallPtr& call, std::string_view message);
void maintenance_defragment(Services& services, const CallPtr& call, std::string_view message);
void maintenance_hash(Services& services, const CallPtr& call, std::string_view message);
void maintenance_hash_kv(Services& services, const CallPtr& call, std::string_view message);
void maintenance_snapshot(Services& services, const CallPtr& call, std::string_view message);
void maintenance_move_leader(Services& services, const CallPtr& call, std::string_view message);
void maintenance_downgrade(Services& services, const CallPtr& call, std::string_view message);

}  // namespace quorate::api
