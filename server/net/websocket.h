// WebSocket (RFC 6455) in place of a request and its answer: each message is a line of the
// request's body, each line of the answer's body is a message.
#pragma once

#include <cstdint>
#include <functional>

#include "server/net/http.h"

namespace quorate::net {

[[nodiscard]] bool asks_for_websocket(const RequestHead& head);

// How many messages make the request.
enum class WebsocketInput : std::uint8_t { none, one, many };

// Takes the connection over from HTTP, or returns null when the handshake is no good: then the
// request is still to be answered. `exchange` must not have been used. `open` is called at once and
// gets the exchange of a plain request, whose status and headers go nowhere. When its answer ends,
// so does the WebSocket.
[[nodiscard]] ResponderPtr open_websocket(const RequestHead& head, ExchangePtr exchange,
                                          WebsocketInput input,
                                          const std::function<ResponderPtr(ExchangePtr)>& open);

}  // namespace quorate::net
