// What an operator allows on the HTTP side of the client port.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "server/net/http.h"

namespace quorate::api {

// "name:1" -> "name", "[::1]:1" -> "::1".
[[nodiscard]] std::string_view host_of(std::string_view authority);

struct HttpPolicy {
  std::vector<std::string> origins{"*"};  // --cors: whose pages may call; "*" = all
  std::vector<std::string> hosts{"*"};    // --host-whitelist: names we answer to in the clear
  bool has_gateway = true;                // --enable-grpc-gateway

  // What Access-Control-Allow-Origin says to a page of this origin; empty = nothing is allowed.
  [[nodiscard]] std::string_view allowed_origin(std::string_view origin) const;
  // Whether a request in the clear may name this host ("name:port"). Keeps pages of other sites
  // from reaching the server under a name of theirs (DNS rebinding, CVE-2018-5702).
  [[nodiscard]] bool accepts_host(std::string_view authority) const;
};

// An exchange whose answers carry the cross-origin headers (https://fetch.spec.whatwg.org/#cors).
// `origin` is what allowed_origin returned; empty gives the exchange itself.
[[nodiscard]] net::ExchangePtr with_cors(net::ExchangePtr exchange, std::string_view origin);

}  // namespace quorate::api
