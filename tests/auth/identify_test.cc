#include "server/auth/identify.h"

#include <doctest/doctest.h>

#include "server/auth/errors.h"
#include "tests/auth/store_world.h"

using namespace quorate;
using namespace quorate::auth;

TEST_CASE("a token names its user, with or without a scheme, and goes before a certificate") {
  StoreWorld world;
  world.set_up({{"u", {}}});
  const std::string token =
      *world.store.authenticate({"u", {}, "prefix", Index{1}}, Store::Waiting::client);
  const auto who = [&](const Credentials& c) { return identify(c, world.store, world.tokens); };
  CHECK(*who({token, {}, Via::grpc}) == world.as("u"));
  CHECK(*who({token, {}, Via::gateway}) == world.as("u"));
  const std::string with_scheme = "Bearer " + token;
  CHECK(*who({with_scheme, {}, Via::grpc}) == world.as("u"));
  CHECK(*who({token, "root", Via::grpc}) == world.as("u"));
  CHECK(*who({{}, "cn", Via::grpc}) == world.as("cn"));
  CHECK(who({})->is_nobody());
  const std::vector<std::string> invalid{"bad", "bad.1", "Bearer ", "Bearer bad",
                                         "bearer " + token};
  for (const std::string& bad : invalid) {
    CAPTURE(bad);
    CHECK(who({bad, {}, Via::grpc}).error() == invalid_token());
    CHECK(who({bad, "root", Via::grpc}).error() == invalid_token());
  }
}

TEST_CASE("while authentication is off nobody is looked at") {
  StoreWorld world;
  CHECK(identify({"bad", "root", Via::grpc}, world.store, world.tokens)->is_nobody());
}
