// Keys out of PEM text.
#pragma once

#include <memory>
#include <string_view>

#include <openssl/types.h>

namespace quorate::auth {

struct FreeKey {
  void operator()(EVP_PKEY* key) const;
};
using KeyPtr = std::unique_ptr<EVP_PKEY, FreeKey>;

// Null when it is none, or one with a passphrase: there is nobody to ask.
[[nodiscard]] KeyPtr read_private_key(std::string_view pem);
// Of a public key or a certificate.
[[nodiscard]] KeyPtr read_public_key(std::string_view pem);

}  // namespace quorate::auth
