// etcdserverpb.Cluster.
#pragma once

#include <string_view>

#include "server/api/call.h"

namespace quorate::api {

struct Services;

void cluster_member_add(Services& services, const CallPtr& call, std::string_view message);
void cluster_member_remove(Services& services, const CallPtr& call, std::string_view message);
void cluster_member_update(Services& services, const CallPtr& call, std::string_view message);
void cluster_member_promote(Services& services, const CallPtr& call, std::string_view message);
void cluster_member_list(Services& services, const CallPtr& call, std::string_view message);

}  // namespace quorate::api
