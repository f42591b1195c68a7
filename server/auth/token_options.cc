#include "server/auth/token_options.h"

#include <set>
#include <utility>

#include "common/go_text.h"
#include "server/auth/errors.h"
#include "server/auth/jwt/jwt_tokens.h"
#include "server/auth/simple_tokens.h"

namespace quorate::auth {
namespace {

constexpr std::chrono::seconds kSimpleTtlDefault{300};

// Takes off `text` what stands before the next comma.
std::string_view next_part(std::string_view& text) {
  const auto comma = text.find(',');
  const std::string_view part = text.substr(0, comma);
  text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
  return part;
}

Status set_option(std::string_view name, std::string_view value, TokenOptions& options) {
  if (name == "sign-method") {
    options.sign_method = value;
  } else if (name == "pub-key") {
    options.public_key_file = value;
  } else if (name == "priv-key") {
    options.private_key_file = value;
  } else if (name == "ttl") {
    if (value.empty()) return {};
    const auto ttl = parse_go_duration(value);
    if (!ttl) return invalid_options();
    options.ttl = *ttl;
  } else {
    options.unknown.emplace_back(name);
  }
  return {};
}

Result<std::string> read_if_named(const std::string& path, ReadFile read_file) {
  if (path.empty()) return std::string{};
  auto content = read_file(path);
  if (!content) return invalid_options();
  return content;
}

}  // namespace

Result<TokenOptions> parse_token_options(std::string_view text) {
  TokenOptions options;
  // A comma at the end is followed by an option without '='.
  const bool has_options = text.find(',') != std::string_view::npos;
  const bool ends_open = has_options && text.ends_with(',');
  const std::string_view kind = next_part(text);
  if (kind != "simple" && kind != "jwt") return invalid_options();
  if (ends_open) return invalid_options();
  options.is_jwt = kind == "jwt";
  std::set<std::string_view> seen;
  while (!text.empty()) {
    const std::string_view part = next_part(text);
    const auto equals = part.find('=');
    if (equals == std::string_view::npos || equals != part.rfind('=')) return invalid_options();
    const std::string_view name = part.substr(0, equals);
    if (!seen.insert(name).second) return invalid_options();
    if (!options.is_jwt) continue;  // simple tokens have none, and do not mind
    if (Status set = set_option(name, part.substr(equals + 1), options); !set) return set.error();
  }
  if (options.is_jwt && find_signing_method(options.sign_method) == nullptr) {
    return invalid_options();
  }
  return options;
}

Result<std::unique_ptr<TokenProvider>> make_token_provider(const TokenOptions& options,
                                                           std::chrono::seconds simple_ttl,
                                                           const Clock& clock,
                                                           SecretSource& secrets,
                                                           ReadFile read_file) {
  using Made = std::unique_ptr<TokenProvider>;
  if (!options.is_jwt) {
    const auto ttl = simple_ttl.count() > 0 ? simple_ttl : kSimpleTtlDefault;
    return Made{std::make_unique<SimpleTokens>(clock, secrets, ttl)};
  }
  const auto public_text = read_if_named(options.public_key_file, read_file);
  if (!public_text) return public_text.error();
  const auto private_text = read_if_named(options.private_key_file, read_file);
  if (!private_text) return private_text.error();
  const SigningMethod* method = find_signing_method(options.sign_method);
  ENSURE(method != nullptr);
  auto key = SigningKey::load(*method, *private_text, *public_text);
  if (!key) return key.error();
  return Made{std::make_unique<JwtTokens>(clock, *std::move(key), options.ttl)};
}

}  // namespace quorate::auth
