// Cross-origin headers: browsers may call the HTTP API (https://fetch.spec.whatwg.org/#cors).
#pragma once

#include "server/net/http.h"

namespace quorate::api {

// `lines` and what lets pages of any origin read the answer.
[[nodiscard]] inline net::HeaderLines with_cors(net::HeaderLines lines) {
  lines.push_back({"access-control-allow-headers", "accept, content-type, authorization"});
  lines.push_back({"access-control-allow-methods", "POST, GET, OPTIONS, PUT, DELETE"});
  lines.push_back({"access-control-allow-origin", "*"});
  return lines;
}

}  // namespace quorate::api
