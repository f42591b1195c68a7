// The plain HTTP endpoints of the client port: /version, /health, /livez, /readyz, /metrics,
// /debug/vars.
#pragma once

#include <functional>
#include <string>

#include "server/api/services.h"
#include "server/net/http.h"

namespace quorate::metrics {
struct Server;
}

namespace quorate::api {

// Where pages about the process come from.
struct PageSources {
  // Makes the text of /metrics, on a thread of its own, and calls back on the loop.
  std::function<void(std::function<void(std::string)>)> scrape;
  // Where checks of health are counted.
  metrics::Server& health;
  // The JSON of /debug/vars.
  std::function<std::string()> variables;
};

// {"etcdserver":"3.5.30","etcdcluster":"3.5.0"}
[[nodiscard]] std::string version_body(const Services& services);

// Null when the path is none of these.
[[nodiscard]] net::ResponderPtr open_status_page(Services& services, const PageSources& sources,
                                                 const net::RequestHead& head,
                                                 net::ExchangePtr exchange);

}  // namespace quorate::api
