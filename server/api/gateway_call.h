// The JSON gateway: the RPCs over HTTP with JSON bodies, as grpc-gateway gives them.
#pragma once

#include "server/api/grpc_call.h"

namespace quorate::api {

// What lies behind a gateway path such as "/v3/kv/put"; "/v3beta" and "/v3alpha" lead to the same.
// Null when there is none.
[[nodiscard]] const Route* find_gateway_route(const MethodTable& methods, std::string_view path);
// True for "/v3" and its like, which lead to "/v3/".
[[nodiscard]] bool is_gateway_root(std::string_view path);
// True for every path below the gateway's prefixes.
[[nodiscard]] bool is_gateway_path(std::string_view path);

[[nodiscard]] net::ResponderPtr open_gateway(const GrpcContext& context,
                                             const net::RequestHead& head,
                                             net::ExchangePtr exchange);

}  // namespace quorate::api
