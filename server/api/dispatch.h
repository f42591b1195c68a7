// From a message that arrived to its method's handler.
#pragma once

#include <string_view>

#include "server/api/method.h"

namespace quorate::api {

// Requires: the method has a handler for one message.
void dispatch(const Method& method, Services& services, const CallPtr& call,
              std::string_view message);

}  // namespace quorate::api
