// Keys for tests, made anew each time.
#pragma once

#include <string>

#include "server/auth/jwt/signing_key.h"

namespace quorate::auth {

struct TestKey {
  std::string private_text;  // PEM in its older form, which all servers read; for HMAC a secret
  std::string public_text;   // PEM; for HMAC empty
};

[[nodiscard]] TestKey make_test_key(const SigningMethod& method);
// The same key, locked with a passphrase.
[[nodiscard]] std::string lock_key(const std::string& private_text);

// A key that has both halves. Requires: they fit.
[[nodiscard]] SigningKey load_test_key(const SigningMethod& method, const TestKey& key);

}  // namespace quorate::auth
