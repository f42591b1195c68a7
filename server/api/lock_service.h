// v3lockpb.Lock.
#pragma once

#include <string_view>

#include "server/api/call.h"

namespace quorate::api {

struct Services;

void lock_lock(Services& services, const CallPtr& call, std::string_view message);
void lock_unlock(Services& services, const CallPtr& call, std::string_view message);

}  // namespace quorate::api
