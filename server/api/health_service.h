// grpc.health.v1.Health.
#pragma once

#include <string_view>

#include "server/api/call.h"

namespace quorate::api {

struct Services;

void health_check(Services& services, const CallPtr& call, std::string_view message);
void health_list(Services& services, const CallPtr& call, std::string_view message);
void health_watch(Services& services, const CallPtr& call, std::string_view message);

}  // namespace quorate::api
