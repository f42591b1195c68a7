#include "server/api/application.h"

#include <string>
#include <utility>

#include "server/api/clean_path.h"
#include "server/api/gateway_call.h"
#include "server/api/gateway_websocket.h"
#include "server/api/pages.h"
#include "server/api/redirect.h"
#include "server/api/services.h"
#include "server/api/text_page.h"
#include "server/net/websocket.h"

namespace quorate::api {
namespace {

constexpr std::string_view kCommonNameUnused =
    "CommonName of client sending a request against gateway will be ignored and not used as "
    "expected\n";

// In the clear, HTTP/2 is gRPC. With TLS every client may choose HTTP/2, so the content decides.
bool is_grpc(const net::RequestHead& head) {
  if (head.version != net::HttpVersion::http2) return false;
  if (!head.peer->is_tls) return true;
  return head.headers->find("content-type").find("application/grpc") != std::string_view::npos;
}

net::ResponderPtr open_misdirected(net::ExchangePtr exchange, std::string_view authority) {
  const std::string host{host_of(authority)};
  return open_page(
      std::move(exchange), 421,
      {{"content-type", "text/plain; charset=utf-8"}, {"x-content-type-options", "nosniff"}},
      "\netcd received your request, but the Host header was unrecognized.\n\n"
      "To fix this, choose one of the following options:\n"
      "- Enable TLS, then any HTTPS request will be allowed.\n"
      "- Add the hostname you want to use to the whitelist in settings.\n"
      "  - e.g. etcd --host-whitelist \"" +
          host +
          "\"\n\nThis requirement has been added to help prevent \"DNS Rebinding\" attacks "
          "(CVE-2018-5702).\n\n");
}

}  // namespace

net::ResponderPtr Application::open(const net::RequestHead& head, net::ExchangePtr exchange) {
  if (is_grpc(head)) return open_grpc(context_, head, std::move(exchange));
  if (!head.peer->is_tls && !policy_.accepts_host(head.authority)) {
    return open_misdirected(std::move(exchange), head.authority);
  }
  // "OPTIONS *" asks about the server, not about a page that a script of another origin may read.
  if (head.path == "*") return open_http(head, std::move(exchange));
  return open_http(
      head, with_cors(std::move(exchange), policy_.allowed_origin(head.headers->find("origin"))));
}

net::ResponderPtr Application::open_http(const net::RequestHead& head, net::ExchangePtr exchange) {
  if (head.method == "OPTIONS") return open_page(std::move(exchange), 200, {}, {});
  if (head.method == "CONNECT") {
    return open_text_page(std::move(exchange), 404, "404 page not found\n");
  }
  const auto path = unescape_path(head.path);
  if (!path) return open_text_page(std::move(exchange), 400, "400 Bad Request");
  if (policy_.has_gateway && is_gateway_root(*path)) {
    return open_redirect(std::move(exchange), head, *path + "/");
  }
  if (std::string clean = clean_path(*path); clean != *path) {
    return open_redirect(std::move(exchange), head, clean);
  }
  net::RequestHead routed = head;
  routed.path = *path;
  if (policy_.has_gateway && is_gateway_path(*path)) {
    const Services& services = context_.services;
    // Better refused than served as somebody else than the certificate says.
    if (services.has_certificate_users && services.replica.access().is_on() &&
        !head.peer->common_name.empty()) {
      return open_text_page(std::move(exchange), 400, std::string{kCommonNameUnused});
    }
    if (net::asks_for_websocket(head)) {
      return open_gateway_websocket(context_, routed, std::move(exchange));
    }
    return open_gateway(context_, routed, std::move(exchange));
  }
  if (auto page = open_status_page(context_.services, pages_, routed, exchange)) return page;
  return open_text_page(std::move(exchange), 404, "404 page not found\n");
}

}  // namespace quorate::api
