#include "server/api/application.h"

#include <utility>

#include "server/api/gateway_call.h"
#include "server/api/pages.h"
#include "server/api/services.h"
#include "server/api/text_page.h"

namespace quorate::api {
namespace {

// In the clear, HTTP/2 is gRPC. With TLS every client may choose HTTP/2, so the content decides.
bool is_grpc(const net::RequestHead& head) {
  if (head.version != net::HttpVersion::http2) return false;
  if (!head.peer->is_tls) return true;
  return head.headers->find("content-type").find("application/grpc") != std::string_view::npos;
}

}  // namespace

net::ResponderPtr Application::open(const net::RequestHead& head, net::ExchangePtr exchange) {
  if (is_grpc(head)) return open_grpc(context_, head, std::move(exchange));
  if (head.method == "OPTIONS") return open_page(std::move(exchange), 200, {}, {});
  if (is_gateway_path(head.path)) return open_gateway(context_, head, std::move(exchange));
  if (auto page = open_status_page(context_.services, head, exchange)) return page;
  return open_text_page(std::move(exchange), 404, "404 page not found\n");
}

}  // namespace quorate::api
