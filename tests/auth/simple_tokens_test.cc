#include "server/auth/simple_tokens.h"

#include <array>
#include <cctype>

#include <doctest/doctest.h>

#include "tests/auth/store_world.h"
#include "tests/common/fake_clock.h"

using namespace quorate;
using namespace quorate::auth;
using namespace std::chrono_literals;

namespace {

struct World {
  FakeClock clock;
  SeededSecrets secrets{1};
  SimpleTokens tokens{clock, secrets, 300s, 3};

  std::string assign(const char* user, std::uint64_t index) {
    return *tokens.assign({user, {}, tokens.make_prefix(), Index{index}});
  }
  bool is_valid(const std::string& token) {
    return tokens.check(token, AuthRevision{5}).has_value();
  }
};

}  // namespace

TEST_CASE("prefixes are sixteen letters, all letters as likely") {
  World world;
  std::array<int, 128> counts{};
  for (int i = 0; i < 2000; ++i) {
    const std::string prefix = world.tokens.make_prefix();
    REQUIRE(prefix.size() == 16);
    for (const char c : prefix) {
      REQUIRE(std::isalpha(static_cast<unsigned char>(c)) != 0);
      ++counts[static_cast<std::size_t>(c)];
    }
  }
  const int mean = 2000 * 16 / 52;
  for (char c = 'a'; c <= 'z'; ++c) {
    CHECK(counts[static_cast<std::size_t>(c)] > mean * 3 / 4);
    CHECK(counts[static_cast<std::size_t>(c - 'a' + 'A')] < mean * 5 / 4);
  }
}

TEST_CASE("a token names its user at the store's revision") {
  World world;
  const std::string token = world.assign("u", 63);
  CHECK(token.size() == 16 + 3);
  CHECK(token.ends_with(".63"));
  CHECK(*world.tokens.check(token, AuthRevision{9}) == Identity{"u", AuthRevision{9}});
  for (const std::string& bad : {std::string{}, token.substr(1), token + "0", token.substr(0, 16),
                                 "." + token, token + '\0'}) {
    CHECK_FALSE(world.is_valid(bad));
  }
}

TEST_CASE("a token lives as long as it is used") {
  World world;
  const std::string token = world.assign("u", 1);
  for (int i = 0; i < 10; ++i) {
    world.clock.advance(300s);
    REQUIRE(world.is_valid(token));
  }
  world.clock.advance(301s);
  CHECK_FALSE(world.is_valid(token));
  CHECK(world.tokens.size() == 0);
}

TEST_CASE("beyond the limit the one that was not used for longest goes") {
  World world;
  const std::string a = world.assign("u", 1);
  const std::string b = world.assign("u", 2);
  const std::string c = world.assign("u", 3);
  REQUIRE(world.is_valid(a));
  const std::string d = world.assign("u", 4);
  CHECK_FALSE(world.is_valid(b));
  CHECK(world.is_valid(a));
  CHECK(world.is_valid(c));
  CHECK(world.is_valid(d));
}

TEST_CASE("the number behind the dot says when a token can be known") {
  const World world;
  CHECK(world.tokens.known_after("abc.63") == Index{63});
  for (const char* none :
       {"", "abc", "abc.", "abc.x", "abc.6x", "abc.-1", "a.1.2", "a.99999999999999999999"}) {
    CHECK(world.tokens.known_after(none) == Index{});
  }
}

TEST_CASE("expired tokens make room without being asked for") {
  World world;
  for (std::uint64_t i = 1; i <= 3; ++i) world.assign("u", i);
  world.clock.advance(301s);
  world.assign("u", 4);
  CHECK(world.tokens.size() == 1);
}
