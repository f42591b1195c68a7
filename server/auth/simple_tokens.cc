#include "server/auth/simple_tokens.h"

#include <array>
#include <charconv>
#include <utility>

namespace quorate::auth {
namespace {

constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::size_t kPrefixLetters = 16;

}  // namespace

std::string SimpleTokens::make_prefix() {
  home_.check();
  // Bytes from here on would favour the first letters.
  constexpr std::size_t kFair = 256 / kLetters.size() * kLetters.size();
  std::string prefix;
  std::array<unsigned char, kPrefixLetters> random;
  while (prefix.size() < kPrefixLetters) {
    secrets_.fill(random);
    for (const unsigned char byte : random) {
      if (byte < kFair && prefix.size() < kPrefixLetters) {
        prefix.push_back(kLetters[byte % kLetters.size()]);
      }
    }
  }
  return prefix;
}

Result<std::string> SimpleTokens::assign(const TokenRequest& request) {
  home_.check();
  const Clock::Steady now = clock_.now();
  drop_expired(now);
  if (tokens_.size() >= count_max_) tokens_.drop_oldest();
  std::string token{request.prefix};
  token += '.';
  token += std::to_string(request.index.value());
  tokens_.put(token, {std::string{request.username}, now});
  return token;
}

std::optional<Identity> SimpleTokens::check(std::string_view token, AuthRevision current) {
  home_.check();
  const Clock::Steady now = clock_.now();
  drop_expired(now);
  Token* found = tokens_.use(token);
  if (found == nullptr) return std::nullopt;
  found->last_use = now;
  return Identity{found->username, current};
}

Index SimpleTokens::known_after(std::string_view token) const {
  const auto dot = token.find('.');
  if (dot == std::string_view::npos) return {};
  const char* end = token.data() + token.size();
  std::uint64_t index = 0;
  const auto [stop, error] = std::from_chars(token.data() + dot + 1, end, index);
  return error == std::errc{} && stop == end ? Index{index} : Index{};
}

void SimpleTokens::forget_user(std::string_view username) {
  home_.check();
  tokens_.erase_if([&](const auto& entry) { return entry.value.username == username; });
}

void SimpleTokens::forget_all() {
  home_.check();
  tokens_.clear();
}

// The order of use is the order of expiry.
void SimpleTokens::drop_expired(Clock::Steady now) {
  while (!tokens_.is_empty() && now - tokens_.oldest().value.last_use > ttl_) {
    tokens_.drop_oldest();
  }
}

}  // namespace quorate::auth
