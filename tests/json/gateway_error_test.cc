#include "common/json/gateway_error.h"

#include <utility>
#include <vector>

#include <doctest/doctest.h>

using quorate::Code;

TEST_CASE("every code has its HTTP status (gRPC gateway 1.16, which etcd 3.5 uses)") {
  const std::vector<std::pair<Code, int>> table{{Code::ok, 200},
                                                {Code::cancelled, 408},
                                                {Code::unknown, 500},
                                                {Code::invalid_argument, 400},
                                                {Code::deadline_exceeded, 504},
                                                {Code::not_found, 404},
                                                {Code::already_exists, 409},
                                                {Code::permission_denied, 403},
                                                {Code::resource_exhausted, 429},
                                                {Code::failed_precondition, 400},
                                                {Code::aborted, 409},
                                                {Code::out_of_range, 400},
                                                {Code::unimplemented, 501},
                                                {Code::internal, 500},
                                                {Code::unavailable, 503},
                                                {Code::data_loss, 500},
                                                {Code::unauthenticated, 401}};
  for (const auto& [code, status] : table) {
    CHECK(quorate::http_status_of(code) == status);
    CHECK(!quorate::http_reason(status).empty());
  }
  CHECK(quorate::http_reason(504) == "Gateway Timeout");
}

TEST_CASE("an error's body is as etcd 3.4 sends it") {
  CHECK(quorate::gateway_error_body({Code::invalid_argument, "etcdserver: key is not provided"}) ==
        R"({"error":"etcdserver: key is not provided",)"
        R"("message":"etcdserver: key is not provided","code":3})");
  // The recorded answer to {"sort_order":"<\u2028>"}.
  const quorate::Error quoted{
      Code::invalid_argument,
      R"(unknown value "<\\u2028>" for enum etcdserverpb.RangeRequest_SortOrder)"};
  CHECK(quorate::gateway_error_body(quoted) ==
        R"({"error":"unknown value \"\u003c\\\\u2028\u003e\" for enum )"
        R"(etcdserverpb.RangeRequest_SortOrder",)"
        R"("message":"unknown value \"\u003c\\\\u2028\u003e\" for enum )"
        R"(etcdserverpb.RangeRequest_SortOrder",)"
        R"("code":3})");
}

TEST_CASE("an error that ends a stream names both codes") {
  CHECK(quorate::gateway_stream_error_body({Code::unknown, "auth: permission denied"}) ==
        R"({"error":{"grpc_code":2,"http_code":500,"message":"auth: permission denied",)"
        R"("http_status":"Internal Server Error"}})");
}
