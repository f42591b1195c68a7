#include "server/membership/downgrade.h"

#include <doctest/doctest.h>

using namespace quorate::membership;

TEST_CASE("a downgrade is stored as etcd stores it") {
  const Downgrade enabled{true, "3.4.0"};
  CHECK(to_json(enabled) == R"({"target-version":"3.4.0","enabled":true})");
  CHECK(to_json({}) == R"({"target-version":"","enabled":false})");
  CHECK(*parse_downgrade(to_json(enabled)) == enabled);
  CHECK(*parse_downgrade("{}") == Downgrade{});
  for (const char* text : {"", "[]", "{", "3"}) CHECK_FALSE(parse_downgrade(text).has_value());
}

TEST_CASE("a target is a version of which the minor counts") {
  for (const char* text : {"3.4", "3.4.0", "3.4.23", "3.4.0-rc.1", "3.4.1+build", "03.4"}) {
    CAPTURE(text);
    CHECK(*downgrade_target(text) == "3.4.0");
  }
  for (const char* text : {"", "3", "3.", "3.4.", ".4", "3.x", "3.4.x", "3.4.0.1", "v3.4", "-3.4",
                           "3.-4", "3.4-rc", " 3.4", "3.4 ", "99999999999999999999.4"}) {
    CAPTURE(text);
    const auto target = downgrade_target(text);
    REQUIRE_FALSE(target.has_value());
    CHECK(target.error().message == "etcdserver: wrong downgrade target version format");
  }
}

TEST_CASE("one minor version down is allowed") {
  CHECK(allowed_downgrade("3.5.0") == "3.4.0");
  CHECK(allowed_downgrade("3.10.0") == "3.9.0");
}
