#include "common/grpc/status.h"

#include <doctest/doctest.h>

using namespace quorate;
using namespace std::chrono_literals;
using grpc::format_timeout;
using grpc::parse_timeout;
using grpc::percent_decode;
using grpc::percent_encode;

TEST_CASE("grpc-message escapes what is not printable ASCII, and the percent sign") {
  CHECK(percent_encode("etcdserver: key is not provided") == "etcdserver: key is not provided");
  CHECK(percent_encode("100%\n\xc3\xa9~\x7f") == "100%25%0A%C3%A9~%7F");
  CHECK(percent_decode("100%25%0A%C3%a9~%7F") == "100%\n\xc3\xa9~\x7f");
}

TEST_CASE("a percent sign without two hexadecimal digits stays as it is") {
  CHECK(percent_decode("%") == "%");
  CHECK(percent_decode("a%2") == "a%2");
  CHECK(percent_decode("%zz%41") == "%zzA");
  CHECK(percent_decode("%%41") == "%A");
}

TEST_CASE("every byte survives encoding and decoding") {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  CHECK(percent_decode(percent_encode(all)) == all);
}

TEST_CASE("a timeout is one to eight digits and a unit") {
  CHECK(parse_timeout("1H") == 1h);
  CHECK(parse_timeout("2M") == 2min);
  CHECK(parse_timeout("3S") == 3s);
  CHECK(parse_timeout("4m") == 4ms);
  CHECK(parse_timeout("5u") == 5us);
  CHECK(parse_timeout("99999999n") == 99999999ns);
  CHECK(parse_timeout("0n") == 0ns);
  for (const char* bad : {"", "1", "S", "123456789S", "1s", "-1S", "+1S", "1.5S", " 1S", "1SS"}) {
    INFO(bad);
    CHECK(!parse_timeout(bad));
  }
}

TEST_CASE("a timeout beyond what nanoseconds hold is the longest there is") {
  CHECK(parse_timeout("99999999H") == std::chrono::nanoseconds::max());
}

TEST_CASE("a timeout is written in the finest unit of at most eight digits, rounded up") {
  CHECK(format_timeout(-1ns) == "0n");
  CHECK(format_timeout(0ns) == "0n");
  CHECK(format_timeout(99999999ns) == "99999999n");
  CHECK(format_timeout(100000000ns) == "100000u");
  CHECK(format_timeout(100000001ns) == "100001u");
  CHECK(format_timeout(5s) == "5000000u");
  CHECK(format_timeout(100s) == "100000m");
  CHECK(format_timeout(48h) == "172800S");
}

TEST_CASE("grpc-status is a decimal number") {
  CHECK(grpc::parse_status("0") == Code::ok);
  CHECK(grpc::parse_status("16") == Code::unauthenticated);
  CHECK(!grpc::parse_status(""));
  CHECK(!grpc::parse_status("-1"));
  CHECK(!grpc::parse_status("x"));
  CHECK(!grpc::parse_status("1 "));
}

TEST_CASE("HTTP statuses and resets mean what gRPC's documents say") {
  CHECK(grpc::code_of_http_status(400) == Code::internal);
  CHECK(grpc::code_of_http_status(401) == Code::unauthenticated);
  CHECK(grpc::code_of_http_status(403) == Code::permission_denied);
  CHECK(grpc::code_of_http_status(404) == Code::unimplemented);
  CHECK(grpc::code_of_http_status(503) == Code::unavailable);
  CHECK(grpc::code_of_http_status(500) == Code::unknown);
  CHECK(grpc::code_of_reset(7) == Code::unavailable);
  CHECK(grpc::code_of_reset(8) == Code::cancelled);
  CHECK(grpc::code_of_reset(11) == Code::resource_exhausted);
  CHECK(grpc::code_of_reset(12) == Code::permission_denied);
  CHECK(grpc::code_of_reset(1000) == Code::unknown);
  CHECK(grpc::http2_error_name(8) == "CANCEL");
  CHECK(grpc::http2_error_name(99) == "unknown error code 99");
}
