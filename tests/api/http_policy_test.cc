#include "server/api/http_policy.h"

#include <doctest/doctest.h>

using namespace quorate::api;

TEST_CASE("the host of an authority is what stands before its port") {
  for (const auto& [authority, host] :
       std::initializer_list<std::pair<std::string_view, std::string_view>>{
           {"", ""},
           {"name", "name"},
           {"name:2379", "name"},
           {"127.0.0.1:2379", "127.0.0.1"},
           {"[::1]:2379", "::1"},
           {"[::1]", "::1"},
           {":2379", ""},
           {"[::1", "::1"},
           {"[", ""},
       }) {
    CAPTURE(authority);
    CHECK(host_of(authority) == host);
  }
}

TEST_CASE("a whitelist of hosts takes its names only, whatever the port") {
  HttpPolicy policy;
  CHECK(policy.accepts_host("evil.example:80"));
  policy.hosts = {"good.example", "::1"};
  CHECK(policy.accepts_host("good.example:2379"));
  CHECK(policy.accepts_host("[::1]:2379"));
  for (const std::string_view host :
       {"evil.example", "good.example.evil.example", "xgood.example", "", "*"}) {
    CAPTURE(host);
    CHECK_FALSE(policy.accepts_host(host));
  }
}

TEST_CASE("a page of another origin is allowed when its origin is") {
  HttpPolicy policy;
  CHECK(policy.allowed_origin("http://a") == "*");
  CHECK(policy.allowed_origin("") == "*");
  policy.origins = {"http://a"};
  CHECK(policy.allowed_origin("http://a") == "http://a");
  CHECK(policy.allowed_origin("http://b").empty());
  CHECK(policy.allowed_origin("").empty());
}
