// Calls with one request and one answer.
#pragma once

#include <string>
#include <string_view>

#include "common/callback.h"
#include "common/grpc/channel.h"
#include "common/result.h"

namespace quorate::grpc {

// Calls `answered` from the loop once the answer or an error is there. Destroying the handle gives
// the call up and nothing is called.
[[nodiscard]] Call start_unary(Channel& channel, std::string_view method, std::string_view request,
                               const CallOptions& options,
                               Callback<void(Result<std::string>)> answered);

// Runs the channel's loop until the answer is there. Must not be called from the loop's own work.
Result<std::string> call_unary(Channel& channel, std::string_view method, std::string_view request,
                               const CallOptions& options);

}  // namespace quorate::grpc
