// Signatures of tokens (RFC 7518 §3, RFC 8037): one method, one key.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/result.h"

namespace quorate::auth {

enum class SigningFamily : std::uint8_t { hmac, rsa, rsa_pss, ecdsa, ed25519 };

struct SigningMethod {
  std::string_view name;  // "RS256"
  SigningFamily family = SigningFamily::hmac;
  const char* digest = "";     // OpenSSL's name; ed25519 has its own
  const char* curve = "";      // OpenSSL's name; ecdsa only
  std::size_t half_bytes = 0;  // of each of the two numbers of an ecdsa signature
};

// HS, RS, PS and ES with 256, 384 and 512; EdDSA. Null for any other, "none" included.
[[nodiscard]] const SigningMethod* find_signing_method(std::string_view name);

// Home: state thread.
class SigningKey {
 public:
  // `private_text`: PEM without a passphrase; for HMAC the secret itself. `public_text`: PEM of a
  // key or a certificate. Either may be empty; with only the public one the key cannot sign. Both
  // must belong together, and to the method.
  static Result<SigningKey> load(const SigningMethod& method, std::string_view private_text,
                                 std::string_view public_text);
  SigningKey(SigningKey&&) noexcept;
  SigningKey& operator=(SigningKey&&) noexcept;
  ~SigningKey();

  [[nodiscard]] const SigningMethod& method() const;
  [[nodiscard]] bool can_sign() const;
  // The raw signature; nothing if the library fails. Requires: can_sign().
  [[nodiscard]] std::optional<std::string> sign(std::string_view text) const;
  [[nodiscard]] bool verify(std::string_view text, std::string_view signature) const;

 private:
  struct State;
  explicit SigningKey(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace quorate::auth
