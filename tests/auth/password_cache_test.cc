#include "server/auth/password/password_cache.h"

#include <doctest/doctest.h>

#include "tests/auth/store_world.h"

using namespace quorate::auth;

TEST_CASE("a password is known for the hash it fitted, and for its user") {
  SeededSecrets secrets{1};
  PasswordCache cache{secrets};
  const Digest right = cache.digest("hash", "password");
  CHECK_FALSE(cache.knows("u", right));
  cache.remember("u", right);
  CHECK(cache.knows("u", cache.digest("hash", "password")));
  CHECK_FALSE(cache.knows("v", right));
  CHECK_FALSE(cache.knows("u", cache.digest("hash", "passwore")));
  CHECK_FALSE(cache.knows("u", cache.digest("other", "password")));
  CHECK_FALSE(cache.knows("u", cache.digest("hashp", "assword")));
  cache.remember("u", cache.digest("other", "new"));
  CHECK_FALSE(cache.knows("u", right));
}

TEST_CASE("each process has a salt of its own") {
  SeededSecrets secrets{1};
  const PasswordCache a{secrets};
  const PasswordCache b{secrets};
  CHECK(a.digest("hash", "password") != b.digest("hash", "password"));
}

TEST_CASE("no more users than the limit are remembered") {
  SeededSecrets secrets{1};
  PasswordCache cache{secrets, 2};
  const Digest digest = cache.digest("h", "p");
  cache.remember("a", digest);
  cache.remember("b", digest);
  CHECK(cache.knows("a", digest));
  cache.remember("c", digest);
  CHECK(cache.size() == 2);
  CHECK_FALSE(cache.knows("b", digest));
  CHECK(cache.knows("a", digest));
}
