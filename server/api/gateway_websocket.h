// The JSON gateway over WebSocket: each message is a JSON request, each answer a message.
#pragma once

#include "server/api/grpc_call.h"
#include "server/net/http.h"

namespace quorate::api {

// The path is the gateway's. A token comes as the subprotocol "Bearer, TOKEN", since scripts in
// browsers cannot set headers here.
[[nodiscard]] net::ResponderPtr open_gateway_websocket(const GrpcContext& context,
                                                       const net::RequestHead& head,
                                                       net::ExchangePtr exchange);

}  // namespace quorate::api
