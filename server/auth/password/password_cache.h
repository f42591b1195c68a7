// Passwords that were right: a second login of the same user costs a digest, not a bcrypt.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "common/home.h"
#include "server/auth/lru_map.h"
#include "server/auth/secret_source.h"

namespace quorate::auth {

using Digest = std::array<unsigned char, 32>;

// Home: state thread. Knows one password a user, and only as a digest with a salt of this process,
// over the stored hash and the password: a changed hash makes it worthless.
class PasswordCache {
 public:
  static constexpr std::size_t kCountMax = 10'000;

  explicit PasswordCache(SecretSource& secrets, std::size_t count_max = kCountMax);

  // SHA-256; the same three in, the same out, for the life of this cache.
  [[nodiscard]] Digest digest(std::string_view stored_hash, std::string_view password) const;

  [[nodiscard]] bool knows(std::string_view username, const Digest& digest);
  void remember(std::string_view username, const Digest& digest);

  [[nodiscard]] std::size_t size() const { return digests_.size(); }

 private:
  std::array<unsigned char, 32> salt_;
  std::size_t count_max_;
  LruMap<Digest> digests_;  // by user
  Home home_;
};

}  // namespace quorate::auth
