#include <doctest/doctest.h>

#include "server/net/http.h"

using namespace quorate::net;

TEST_CASE("fields are found by name, the first of several, and listed in order") {
  Headers headers;
  headers.add("host", "a");
  headers.add("x", "");
  headers.add("host", "b");
  headers.add("", "nameless");
  CHECK(headers.size() == 4);
  CHECK(headers.find("host") == "a");
  CHECK(headers.has("x"));
  CHECK(headers.find("x").empty());
  CHECK_FALSE(headers.has("hos"));
  CHECK_FALSE(headers.has("hosta"));
  CHECK(headers.find("") == "nameless");
  CHECK(headers[2].name == "host");
  CHECK(headers[2].value == "b");
  CHECK(headers.bytes() == 19);
  headers.clear();
  CHECK(headers.size() == 0);
  CHECK_FALSE(headers.has("host"));
}
