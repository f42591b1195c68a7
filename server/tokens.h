// Tokens and passwords as the flags want them.
#pragma once

#include <memory>

#include "common/clock.h"
#include "common/log.h"
#include "server/auth/secret_source.h"
#include "server/auth/store.h"
#include "server/auth/token_provider.h"
#include "server/config/config.h"

namespace quorate {

// What --auth-token asks for. Throws std::runtime_error with a sentence when it cannot be had.
[[nodiscard]] std::unique_ptr<auth::TokenProvider> make_tokens(const config::AuthConfig& config,
                                                               const Clock& clock,
                                                               auth::SecretSource& secrets,
                                                               const Log& log);

// With --bcrypt-cost. `secrets` outlives it.
[[nodiscard]] auth::Store::PasswordHash make_password_hash(const config::AuthConfig& config,
                                                           auth::SecretSource& secrets);

}  // namespace quorate
