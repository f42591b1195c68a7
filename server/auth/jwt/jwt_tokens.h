// Signed tokens (RFC 7519) with etcd's claims: username, revision, exp. Nothing is kept about them,
// so that all members with the same keys know them, and nobody can take one back.
#pragma once

#include <chrono>
#include <cstddef>

#include "common/clock.h"
#include "common/home.h"
#include "server/auth/jwt/signing_key.h"
#include "server/auth/lru_map.h"
#include "server/auth/token_provider.h"

namespace quorate::auth {

class JwtTokens final : public TokenProvider {
 public:
  static constexpr std::size_t kTokenBytesMax = 8192;
  static constexpr std::size_t kVerifiedMax = 4096;

  JwtTokens(const Clock& clock, SigningKey key, std::chrono::nanoseconds ttl)
      : clock_{clock}, key_{std::move(key)}, ttl_{ttl} {}

  [[nodiscard]] std::string make_prefix() override { return {}; }
  [[nodiscard]] Result<std::string> assign(const TokenRequest& request) override;
  [[nodiscard]] bool is_kept() const override { return false; }
  [[nodiscard]] std::optional<Identity> check(std::string_view token,
                                              AuthRevision current) override;
  [[nodiscard]] Index known_after(std::string_view) const override { return {}; }
  // A new password or a deletion moves the store's revision on, which old tokens do not match.
  void forget_user(std::string_view) override {}
  void forget_all() override {}

 private:
  // What a well signed token says.
  struct Claims {
    Identity identity;
    double not_before;  // seconds since 1970, as for the next
    double expires;
  };

  [[nodiscard]] std::optional<Claims> verify(std::string_view token) const;

  const Clock& clock_;
  SigningKey key_;
  std::chrono::nanoseconds ttl_;
  // Checking a signature costs as much as hundreds of puts: those that were right are remembered.
  LruMap<Claims> verified_;
  Home home_;
};

}  // namespace quorate::auth
