// etcdserverpb.Watch.
#pragma once

#include <memory>

#include "server/api/call.h"

namespace quorate::api {

struct Services;

[[nodiscard]] std::unique_ptr<StreamHandler> open_watch(Services& services, const CallPtr& call);

}  // namespace quorate::api
