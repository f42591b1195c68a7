// From what came with a call to who calls.
#pragma once

#include <cstdint>
#include <string_view>

#include "common/result.h"
#include "server/auth/identity.h"
#include "server/auth/store.h"
#include "server/auth/token_provider.h"

namespace quorate::auth {

enum class Via : std::uint8_t { grpc, gateway };

struct Credentials {
  std::string_view token;        // with or without "Bearer "; empty: none was sent
  std::string_view common_name;  // of a verified certificate, with --client-cert-auth; else empty
  Via via = Via::grpc;
};

// Nobody while authentication is off, or when nobody is named. An invalid token is an error even
// beside a certificate.
[[nodiscard]] Result<Identity> identify(const Credentials& credentials, const Store& store,
                                        TokenProvider& tokens);

// What check() would say of the text: the token without the scheme before it.
[[nodiscard]] std::string_view bare_token(std::string_view text);

}  // namespace quorate::auth
