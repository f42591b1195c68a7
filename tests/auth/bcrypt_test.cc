#include "server/auth/password/bcrypt.h"

#include <doctest/doctest.h>

#include "server/auth/errors.h"

using namespace quorate;
using namespace quorate::auth;

namespace {

constexpr BcryptSalt kSalt{0x14, 0x4b, 0x3d, 0x69, 0x1a, 0x7b, 0x4e, 0xcf,
                           0x39, 0xcf, 0x73, 0x5c, 0x7f, 0xa7, 0xa7, 0x9c};

}  // namespace

// From the tests of Go's golang.org/x/crypto/bcrypt, which etcd uses: facts, not code.
TEST_CASE("hashes as Go makes them") {
  CHECK(fits_hash("allmine", "$2a$10$XajjQvNhvvRt5GSeFk1xFeyqRrsxkhBkUiQeg0dt.wU1qD4aFDcga"));
  CHECK_FALSE(fits_hash("allmin", "$2a$10$XajjQvNhvvRt5GSeFk1xFeyqRrsxkhBkUiQeg0dt.wU1qD4aFDcga"));
}

TEST_CASE("a hash is Go's text, and only its password fits") {
  const std::string hash = *hash_password("secret", 4, kSalt);
  CHECK(hash.size() == 60);
  CHECK(hash.starts_with("$2a$04$"));
  CHECK(hash == *hash_password("secret", 4, kSalt));
  CHECK(hash != *hash_password("secret", 5, kSalt));
  CHECK(fits_hash("secret", hash));
  CHECK_FALSE(fits_hash("Secret", hash));
  CHECK_FALSE(fits_hash("", hash));
  CHECK(fits_hash("", *hash_password("", 4, kSalt)));
}

TEST_CASE("one hash under three names") {
  std::string hash = *hash_password("\xff\xa3", 4, kSalt);
  for (const char kind : {'a', 'b', 'y'}) {
    hash[2] = kind;
    CHECK(fits_hash("\xff\xa3", hash));
  }
  hash[2] = 'x';  // of a library with an error, no longer made
  CHECK_FALSE(fits_hash("\xff\xa3", hash));
}

TEST_CASE("72 bytes are heard; more are refused for a new password, ignored for an old one") {
  const std::string longest(72, 'p');
  const std::string hash = *hash_password(longest, 4, kSalt);
  CHECK_FALSE(fits_hash(longest.substr(1), hash));
  CHECK(fits_hash(longest + "more", hash));
  CHECK(fits_hash(longest + std::string(100'000, 'm'), hash));
  CHECK(hash_password(longest + "m", 4, kSalt).error() == password_too_long());
}

TEST_CASE("a zero byte does not end a password early") {
  const std::string hash = *hash_password("secret", 4, kSalt);
  CHECK_FALSE(fits_hash(std::string_view{"secret\0more", 11}, hash));
  CHECK(hash_password(std::string_view{"a\0b", 3}, 4, kSalt).error() == password_with_zero());
}

TEST_CASE("no password fits what is no bcrypt hash") {
  const std::string hash = *hash_password("secret", 4, kSalt);
  for (const std::string& bad :
       {std::string{}, std::string{"secret"}, std::string{"*0"}, std::string{"*1"},
        std::string{"$1$salt$hash"}, hash.substr(0, 59), hash + "x", "$2a$03$" + hash.substr(7),
        "$2a$32$" + hash.substr(7), "$2a$0x$" + hash.substr(7), "$3a$04$" + hash.substr(7),
        hash.substr(0, 30) + ':' + hash.substr(31)}) {
    CAPTURE(bad);
    CHECK_FALSE(fits_hash("secret", bad));
    CHECK_FALSE(fits_hash("", bad));
  }
}
