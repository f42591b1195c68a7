// etcd's default: 16 random letters, '.', the index of the entry that made it. Every member keeps
// them in memory, each renews them by itself.
#pragma once

#include <chrono>
#include <cstddef>

#include "common/clock.h"
#include "common/home.h"
#include "server/auth/lru_map.h"
#include "server/auth/secret_source.h"
#include "server/auth/token_provider.h"

namespace quorate::auth {

class SimpleTokens final : public TokenProvider {
 public:
  static constexpr std::size_t kCountMax = 1'000'000;

  // A token lives `ttl` after its last use. Beyond `count_max` the one unused for longest goes.
  SimpleTokens(const Clock& clock, SecretSource& secrets, std::chrono::seconds ttl,
               std::size_t count_max = kCountMax)
      : clock_{clock}, secrets_{secrets}, ttl_{ttl}, count_max_{count_max} {}

  [[nodiscard]] std::string make_prefix() override;
  [[nodiscard]] Result<std::string> assign(const TokenRequest& request) override;
  [[nodiscard]] bool is_kept() const override { return true; }
  [[nodiscard]] std::optional<Identity> check(std::string_view token,
                                              AuthRevision current) override;
  [[nodiscard]] Index known_after(std::string_view token) const override;
  void forget_user(std::string_view username) override;
  void forget_all() override;

  [[nodiscard]] std::size_t size() const { return tokens_.size(); }

 private:
  struct Token {
    std::string username;
    Clock::Steady last_use;
  };

  void drop_expired(Clock::Steady now);

  const Clock& clock_;
  SecretSource& secrets_;
  std::chrono::seconds ttl_;
  std::size_t count_max_;
  LruMap<Token> tokens_;
  Home home_;
};

}  // namespace quorate::auth
