#include "server/metrics/server_metrics.h"

#include <doctest/doctest.h>

using namespace quorate::metrics;

TEST_CASE("what a client says of its version becomes a label only if it looks like one") {
  Registry registry;
  Server server{registry};
  server.client_request("unary", "3.5.9").add();
  server.client_request("stream", "3.6.0-alpha.0+x_y").add();
  server.client_request("unary", "").add();
  server.client_request("unary", "\xff\"}").add();
  server.client_request("unary", std::string(33, '3')).add();
  const std::string page = registry.scrape();
  const std::string name = "etcd_server_client_requests_total";
  CHECK(page.find(name + "{client_api_version=\"3.5.9\",type=\"unary\"} 1\n") != std::string::npos);
  CHECK(page.find(name + "{client_api_version=\"3.6.0-alpha.0+x_y\",type=\"stream\"} 1\n") !=
        std::string::npos);
  CHECK(page.find(name + "{client_api_version=\"unknown\",type=\"unary\"} 3\n") !=
        std::string::npos);
}
