// Streams over the JSON gateway: JSON values in, one behind the other, {"result":...} lines out.
#pragma once

#include "server/api/grpc_call.h"
#include "server/api/method.h"
#include "server/net/http.h"

namespace quorate::api {

// For methods that are not unary.
[[nodiscard]] net::ResponderPtr open_gateway_stream(const GrpcContext& context, const Route& route,
                                                    const net::RequestHead& head,
                                                    net::ExchangePtr exchange);

}  // namespace quorate::api
