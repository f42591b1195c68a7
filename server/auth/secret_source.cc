#include "server/auth/secret_source.h"

#include <openssl/rand.h>

#include "common/ensure.h"

namespace quorate::auth {

void SystemSecrets::fill(std::span<unsigned char> bytes) {
  ENSURE(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1);
}

}  // namespace quorate::auth
