#include "server/auth/token_options.h"

#include <doctest/doctest.h>

#include "server/auth/errors.h"
#include "tests/auth/store_world.h"
#include "tests/auth/test_keys.h"

using namespace quorate;
using namespace quorate::auth;
using namespace std::chrono_literals;

TEST_CASE("what --auth-token can say") {
  CHECK_FALSE(parse_token_options("simple")->is_jwt);
  CHECK_FALSE(parse_token_options("simple,any=thing")->is_jwt);
  const auto jwt =
      *parse_token_options("jwt,sign-method=ES384,pub-key=p,priv-key=q,ttl=1h30m,more=x");
  CHECK(jwt.is_jwt);
  CHECK(jwt.sign_method == "ES384");
  CHECK(jwt.public_key_file == "p");
  CHECK(jwt.private_key_file == "q");
  CHECK(jwt.ttl == 90min);
  CHECK(jwt.unknown == std::vector<std::string>{"more"});
  CHECK(parse_token_options("jwt,sign-method=HS256")->ttl == 5min);
  CHECK(parse_token_options("jwt,sign-method=HS256,ttl=")->ttl == 5min);
}

TEST_CASE("what it cannot say") {
  for (const char* text :
       {"", "simpler", "jwt", "jwt,", "simple,", "jwt,sign-method=none", "jwt,sign-method=HS257",
        "jwt,sign-method=HS256,ttl=5", "jwt,sign-method=HS256,ttl", "jwt,sign-method=HS256,a=b=c",
        "jwt,sign-method=HS256,sign-method=RS256", "jwt,sign-method=HS256,", ",jwt"}) {
    CAPTURE(text);
    CHECK(parse_token_options(text).error() == invalid_options());
  }
}

TEST_CASE("the provider is made of the files the options name") {
  const FakeClock clock;
  SeededSecrets secrets{1};
  const TestKey key = make_test_key(*find_signing_method("ES256"));
  const auto make = [&](const char* text) {
    return make_token_provider(*parse_token_options(text), 300s, clock, secrets,
                               [&](const std::string& path) -> Result<std::string> {
                                 if (path == "priv") return key.private_text;
                                 if (path == "pub") return key.public_text;
                                 return Error{Code::not_found, path};
                               });
  };
  CHECK((*make("simple"))->is_kept());
  const auto both = make("jwt,sign-method=ES256,priv-key=priv,pub-key=pub");
  CHECK_FALSE((*both)->is_kept());
  const std::string token = *(*both)->assign({"u", AuthRevision{3}, {}, {}});
  const auto verifier = make("jwt,sign-method=ES256,pub-key=pub");
  CHECK(*(*verifier)->check(token, {}) == Identity{"u", AuthRevision{3}});
  CHECK((*verifier)->assign({"u", AuthRevision{3}, {}, {}}).error() == verify_only());

  CHECK(make("jwt,sign-method=ES256").error() == missing_key());
  CHECK(make("jwt,sign-method=ES256,priv-key=nowhere").error() == invalid_options());
  CHECK(make("jwt,sign-method=RS256,priv-key=priv").error().message ==
        "auth: no key for RS256 in the file given as priv-key");
}

TEST_CASE("a lifetime of nothing is the default one") {
  FakeClock clock;
  SeededSecrets secrets{1};
  const auto tokens =
      make_token_provider(*parse_token_options("simple"), 0s, clock, secrets,
                          [](const std::string&) -> Result<std::string> { return Error{}; });
  const std::string token = *(*tokens)->assign({"u", {}, "p", Index{1}});
  clock.advance(300s);
  CHECK((*tokens)->check(token, AuthRevision{1}).has_value());
  clock.advance(301s);
  CHECK_FALSE((*tokens)->check(token, AuthRevision{1}).has_value());
}
