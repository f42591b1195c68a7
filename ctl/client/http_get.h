// One page over HTTP, from the port that also speaks gRPC: a server's metrics.
#pragma once

#include <string>

#include "common/event_loop.h"
#include "common/grpc/tls.h"
#include "common/result.h"
#include "ctl/client/client.h"

namespace quorate::ctl {

// The body of an answer 200. `endpoint` as parse_endpoint reads it; `wants_tls` decides where it
// does not say. Blocking.
Result<std::string> http_get(EventLoop& loop, const std::string& endpoint,
                             const std::string& target, const grpc::TlsSettings& tls,
                             bool wants_tls, Deadline deadline);

}  // namespace quorate::ctl
