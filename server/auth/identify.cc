#include "server/auth/identify.h"

#include <optional>
#include <string>
#include <utility>

#include "server/auth/errors.h"

namespace quorate::auth {

std::string_view bare_token(std::string_view text) {
  constexpr std::string_view kScheme = "Bearer ";
  if (text.starts_with(kScheme)) text.remove_prefix(kScheme.size());
  return text;
}

Result<Identity> identify(const Credentials& credentials, const Store& store,
                          TokenProvider& tokens) {
  if (!store.is_enabled()) return Identity{};
  if (!credentials.token.empty()) {
    auto named = tokens.check(bare_token(credentials.token), store.revision());
    if (!named) return invalid_token();
    return *std::move(named);
  }
  // Over the gateway the certificate may be a proxy's (CVE-2018-16886).
  if (credentials.common_name.empty() || credentials.via == Via::gateway) return Identity{};
  return Identity{std::string{credentials.common_name}, store.revision()};
}

}  // namespace quorate::auth
