#include "server/api/gateway_websocket.h"

#include <string_view>
#include <utility>

#include "common/comma_list.h"
#include "server/api/gateway_call.h"
#include "server/api/text_page.h"
#include "server/net/websocket.h"

namespace quorate::api {
namespace {

// Out of "Bearer, TOKEN"; empty when it is anything else. etcd passes "Bearer TOKEN" on, which none
// of its tokens is.
std::string_view token_of(std::string_view protocol) {
  constexpr std::string_view kStart = "Bearer,";
  if (protocol.substr(0, kStart.size()) != kStart) return {};
  return trimmed(protocol.substr(kStart.size()));
}

net::WebsocketInput input_of(const GrpcContext& context, std::string_view path) {
  const Route* route = find_gateway_route(context.methods, path);
  if (route == nullptr) return net::WebsocketInput::none;
  return route->method.kind == MethodKind::unary ? net::WebsocketInput::one
                                                 : net::WebsocketInput::many;
}

}  // namespace

net::ResponderPtr open_gateway_websocket(const GrpcContext& context, const net::RequestHead& head,
                                         net::ExchangePtr exchange) {
  net::Headers headers;
  const auto token = token_of(head.headers->find("sec-websocket-protocol"));
  if (!token.empty()) headers.add("authorization", token);
  const auto open = [&](net::ExchangePtr inner) {
    net::RequestHead request = head;
    request.method = "POST";
    request.headers = &headers;
    return open_gateway(context, request, std::move(inner));
  };
  auto responder = net::open_websocket(head, exchange, input_of(context, head.path), open);
  if (responder != nullptr) return responder;
  return open_text_page(std::move(exchange), 400, "Bad Request\n");
}

}  // namespace quorate::api
