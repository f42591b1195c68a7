#include "server/auth/jwt/jwt_tokens.h"

#include <doctest/doctest.h>

#include "common/rng.h"
#include "server/auth/errors.h"
#include "server/auth/jwt/base64url.h"
#include "tests/auth/test_keys.h"
#include "tests/common/fake_clock.h"
#include "tests/common/test_seed.h"

using namespace quorate;
using namespace quorate::auth;
using namespace std::chrono_literals;

namespace {

const SigningMethod& kMethod = *find_signing_method("HS256");
const TestKey kKey = make_test_key(kMethod);

struct World {
  FakeClock clock{Clock::Wall{std::chrono::seconds{1'000'000}}};
  JwtTokens tokens{clock, load_test_key(kMethod, kKey), 5min};

  std::string assign(const char* user = "u", std::uint64_t revision = 7) {
    return *tokens.assign({user, AuthRevision{revision}, {}, {}});
  }
  bool is_valid(const std::string& token) { return tokens.check(token, {}).has_value(); }

  // Well signed, whatever it says.
  static std::string sign(const std::string& header, const std::string& claims) {
    const std::string text = encode_base64url(header) + '.' + encode_base64url(claims);
    return text + '.' + encode_base64url(*load_test_key(kMethod, kKey).sign(text));
  }
  bool takes_claims(const std::string& claims) {
    return is_valid(sign(R"({"alg":"HS256"})", claims));
  }
  bool takes_header(const std::string& header) {
    return is_valid(sign(header, R"({"username":"u","revision":7})"));
  }
};

}  // namespace

TEST_CASE("a token says what etcd's say") {
  World world;
  const std::string token = world.assign();
  const auto dot = token.find('.');
  CHECK(*decode_base64url(token.substr(0, dot)) == R"({"alg":"HS256","typ":"JWT"})");
  CHECK(*decode_base64url(token.substr(dot + 1, token.rfind('.') - dot - 1)) ==
        R"({"exp":1000300,"revision":7,"username":"u"})");
  CHECK(*world.tokens.check(token, AuthRevision{99}) == Identity{"u", AuthRevision{7}});
  CHECK(world.tokens.make_prefix().empty());
  CHECK(world.tokens.known_after(token) == Index{});
}

TEST_CASE("a token ends, whether it was seen before or not") {
  World world;
  const std::string seen = world.assign("seen");
  const std::string unseen = world.assign("unseen");
  world.clock.advance(299s);
  CHECK(world.is_valid(seen));
  world.clock.advance(1s);
  CHECK_FALSE(world.is_valid(seen));
  CHECK_FALSE(world.is_valid(unseen));
  CHECK_FALSE(world.is_valid(seen));
}

TEST_CASE("others' tokens may begin later and last") {
  World world;
  CHECK(world.takes_claims(R"({"username":"u","revision":7})"));
  CHECK(world.takes_claims(R"({"username":"u","revision":7,"nbf":1000000,"iat":1,"aud":"x"})"));
  CHECK_FALSE(world.takes_claims(R"({"username":"u","revision":7,"nbf":1000001})"));
  CHECK(world.takes_claims(R"({"username":"u","revision":7,"exp":1000000.5})"));
  CHECK_FALSE(world.takes_claims(R"({"username":"u","revision":7,"exp":1000000})"));
}

TEST_CASE("claims of the wrong kind are no claims") {
  World world;
  for (const char* claims :
       {"", "{}", "[]", "7", "{", R"({"username":"u"})", R"({"revision":7})",
        R"({"username":7,"revision":7})", R"({"username":null,"revision":7})",
        R"({"username":"u","revision":"7"})", R"({"username":"u","revision":-1})",
        R"({"username":"u","revision":1e300})", R"({"username":"u","revision":7,"exp":"9999999"})",
        R"({"username":"u","revision":7,"nbf":null})", "{\"username\":\"\xff\",\"revision\":7}"}) {
    CAPTURE(claims);
    CHECK_FALSE(world.takes_claims(claims));
  }
}

TEST_CASE("the header decides nothing") {
  World world;
  CHECK(world.takes_header(R"({"alg":"HS256","typ":"anything","kid":"../../dev/null"})"));
  for (const char* header :
       {"", "{}", "[]", R"({"alg":"none"})", R"({"alg":"None"})", R"({"alg":""})",
        R"({"alg":"hs256"})", R"({"alg":"HS512"})", R"({"alg":"RS256"})", R"({"alg":["HS256"]})",
        R"({"typ":"JWT"})", R"({"alg":"HS256","crit":["exp"]})",
        R"({"alg":"HS256","crit":["b64"],"b64":false})"}) {
    CAPTURE(header);
    CHECK_FALSE(world.takes_header(header));
  }
}

TEST_CASE("an unsigned token is no token") {
  World world;
  const std::string claims = encode_base64url(R"({"username":"root","revision":7})");
  const std::string token = world.assign();
  CHECK_FALSE(world.is_valid(encode_base64url(R"({"alg":"none"})") + '.' + claims + '.'));
  CHECK_FALSE(world.is_valid(encode_base64url(R"({"alg":"HS256"})") + '.' + claims + '.'));
  CHECK_FALSE(world.is_valid(token.substr(0, token.find('.')) + '.' + claims +
                             token.substr(token.rfind('.'))));
}

TEST_CASE("a public key is no secret: a token signed with it by HMAC is refused") {
  const SigningMethod& rs256 = *find_signing_method("RS256");
  const TestKey key = make_test_key(rs256);
  const FakeClock clock;
  JwtTokens tokens{clock, load_test_key(rs256, key), 5min};
  const auto forger = SigningKey::load(kMethod, key.public_text, {});
  for (const char* header : {R"({"alg":"HS256"})", R"({"alg":"RS256"})"}) {
    const std::string text =
        encode_base64url(header) + '.' + encode_base64url(R"({"username":"root","revision":7})");
    CHECK_FALSE(tokens.check(text + '.' + encode_base64url(*forger->sign(text)), {}).has_value());
  }
  const std::string good = *tokens.assign({"u", AuthRevision{7}, {}, {}});
  CHECK(tokens.check(good, {}).has_value());
}

TEST_CASE("the form is three parts, of limited size") {
  World world;
  const std::string token = world.assign();
  REQUIRE(world.is_valid(token));
  for (const std::string& bad :
       {std::string{}, std::string{"."}, std::string{".."}, token + '.', '.' + token, token + "=",
        token + ' ', "Bearer " + token, token.substr(0, token.rfind('.'))}) {
    CAPTURE(bad);
    CHECK_FALSE(world.is_valid(bad));
  }
  const auto with_name = [](std::size_t size) {
    return World::sign(R"({"alg":"HS256"})",
                       R"({"revision":7,"username":")" + std::string(size, 'u') + "\"}");
  };
  CHECK(world.is_valid(with_name(5000)));
  CHECK_FALSE(world.is_valid(with_name(JwtTokens::kTokenBytesMax)));
  CHECK_FALSE(world.is_valid(std::string(100'000'000, '.')));
  CHECK_FALSE(world.takes_claims(std::string(5000, '[')));
}

TEST_CASE("no damaged token is valid") {
  World world;
  const std::string token = world.assign();
  for (const std::uint64_t seed : test_seeds(2000)) {
    CAPTURE(seed);
    Rng rng{seed};
    std::string bad = token;
    bad[rng.below(bad.size())] = static_cast<char>(rng.below(256));
    if (rng.chance(1, 4)) bad.erase(rng.below(bad.size()), 1);
    if (bad != token) CHECK_FALSE(world.is_valid(bad));
  }
  CHECK(world.is_valid(token));
}

TEST_CASE("more tokens than are remembered are still checked") {
  World world;
  const std::string first = world.assign("first");
  REQUIRE(world.is_valid(first));
  for (std::size_t i = 0; i < JwtTokens::kVerifiedMax + 10; ++i) {
    REQUIRE(world.is_valid(world.assign("u", i + 1)));
  }
  CHECK(world.is_valid(first));
}
