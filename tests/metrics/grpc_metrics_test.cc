#include "server/metrics/grpc_metrics.h"

#include <doctest/doctest.h>

using namespace quorate;
using namespace quorate::metrics;

namespace {
bool has(const std::string& page, const std::string& line) {
  return page.find(line + "\n") != std::string::npos;
}
}  // namespace

TEST_CASE("every method and code is there from the start, at 0") {
  Registry registry;
  const Grpc grpc{registry, Detail::basic};
  const std::string page = registry.scrape();
  const auto labels = [](const std::string& method, const std::string& service,
                         const std::string& type) {
    return "grpc_method=\"" + method + "\",grpc_service=\"" + service + "\",grpc_type=\"" + type +
           "\"} 0";
  };
  CHECK(has(page, "grpc_server_started_total{" + labels("Range", "etcdserverpb.KV", "unary")));
  CHECK(has(page, "grpc_server_handled_total{grpc_code=\"Canceled\"," +
                      labels("Watch", "etcdserverpb.Watch", "bidi_stream")));
  CHECK(has(page, "grpc_server_started_total{" + labels("Lock", "v3lockpb.Lock", "unary")));
  CHECK(has(page, "grpc_server_started_total{" +
                      labels("Observe", "v3electionpb.Election", "server_stream")));
  CHECK(has(page, "grpc_server_msg_sent_total{" +
                      labels("Watch", "grpc.health.v1.Health", "server_stream")));
  CHECK(page.find("grpc_server_handling_seconds") == std::string::npos);
  std::size_t lines = 0;
  for (auto at = page.find("\ngrpc_server_handled_total{"); at != std::string::npos;
       at = page.find("\ngrpc_server_handled_total{", at + 1)) {
    ++lines;
  }
  CHECK(grpc.method_count() > 50);
  CHECK(lines == grpc.method_count() * kCodes);
}

TEST_CASE("a method's cells are its own") {
  Registry registry;
  const Grpc grpc{registry, Detail::extensive};
  const GrpcMethod* put = grpc.method("/etcdserverpb.KV/Put");
  REQUIRE(put != nullptr);
  put->started->add();
  put->msg_received->add(2);
  put->msg_sent->add(3);
  put->handled(Code::ok);
  put->handled(Code::unauthenticated);
  REQUIRE(put->handling != nullptr);
  put->handling->observe(std::chrono::milliseconds{7});
  const std::string page = registry.scrape();
  const std::string put_labels =
      R"(grpc_method="Put",grpc_service="etcdserverpb.KV",grpc_type="unary")";
  CHECK(has(page, "grpc_server_started_total{" + put_labels + "} 1"));
  CHECK(has(page, "grpc_server_msg_received_total{" + put_labels + "} 2"));
  CHECK(has(page, "grpc_server_msg_sent_total{" + put_labels + "} 3"));
  CHECK(has(page, "grpc_server_handled_total{grpc_code=\"OK\"," + put_labels + "} 1"));
  CHECK(has(page, "grpc_server_handled_total{grpc_code=\"Unauthenticated\"," + put_labels + "} 1"));
  CHECK(has(page, "grpc_server_handling_seconds_bucket{" + put_labels + ",le=\"0.005\"} 0"));
  CHECK(has(page, "grpc_server_handling_seconds_bucket{" + put_labels + ",le=\"0.01\"} 1"));
  CHECK(has(page, "grpc_server_handling_seconds_sum{" + put_labels + "} 0.007"));
  CHECK(grpc.method("/etcdserverpb.KV/Nope") == nullptr);
  CHECK(grpc.method("") == nullptr);
}
