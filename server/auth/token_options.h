// What --auth-token asks for.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/clock.h"
#include "common/function_ref.h"
#include "common/result.h"
#include "server/auth/secret_source.h"
#include "server/auth/token_provider.h"

namespace quorate::auth {

// "simple", or "jwt,sign-method=RS256,pub-key=FILE,priv-key=FILE,ttl=5m".
struct TokenOptions {
  bool is_jwt = false;
  std::string sign_method;
  std::string public_key_file;
  std::string private_key_file;
  std::chrono::nanoseconds ttl = std::chrono::minutes{5};  // of signed tokens
  std::vector<std::string> unknown;                        // options nobody knows; worth a warning
};

Result<TokenOptions> parse_token_options(std::string_view text);

// `read_file` gives a file's content. `simple_ttl`: --auth-token-ttl.
using ReadFile = FunctionRef<Result<std::string>(const std::string& path)>;
Result<std::unique_ptr<TokenProvider>> make_token_provider(const TokenOptions& options,
                                                           std::chrono::seconds simple_ttl,
                                                           const Clock& clock,
                                                           SecretSource& secrets,
                                                           ReadFile read_file);

}  // namespace quorate::auth
