#include "server/tokens.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "server/auth/errors.h"
#include "server/auth/password/bcrypt.h"
#include "server/auth/token_options.h"

namespace quorate {
namespace {

// What is larger is no key.
constexpr std::size_t kKeyFileBytesMax = std::size_t{1} << 20;
// As good as for ever.
constexpr std::uint64_t kTtlSecondsMax = std::uint64_t{3600} * 24 * 365 * 100;

[[noreturn]] void refuse(const std::string& why) {
  throw std::runtime_error{"--auth-token: " + why};
}

std::string read_key_file(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  std::string content(kKeyFileBytesMax + 1, '\0');
  file.read(content.data(), static_cast<std::streamsize>(content.size()));
  if (!file.eof() || file.bad()) refuse("cannot read the key file " + path);
  content.resize(static_cast<std::size_t>(file.gcount()));
  return content;
}

}  // namespace

std::unique_ptr<auth::TokenProvider> make_tokens(const config::AuthConfig& config,
                                                 const Clock& clock, auth::SecretSource& secrets,
                                                 const Log& log) {
  const auto options = auth::parse_token_options(config.token);
  if (!options) refuse("neither simple nor jwt with good options: " + config.token);
  for (const auto& name : options->unknown) {
    log.warn("unknown option of --auth-token", {{"option", name}});
  }
  const std::chrono::seconds ttl{std::min(config.token_ttl_seconds, kTtlSecondsMax)};
  const auto read_file = [](const std::string& path) -> Result<std::string> {
    return read_key_file(path);
  };
  auto tokens = auth::make_token_provider(*options, ttl, clock, secrets, read_file);
  if (!tokens) refuse(tokens.error().message);
  return *std::move(tokens);
}

auth::Store::PasswordHash make_password_hash(const config::AuthConfig& config,
                                             auth::SecretSource& secrets) {
  return [cost = static_cast<unsigned>(config.bcrypt_cost),
          &secrets](std::string_view password) -> Result<std::string> {
    auth::BcryptSalt salt;
    secrets.fill(salt);
    return auth::hash_password(password, cost, salt);
  };
}

}  // namespace quorate
