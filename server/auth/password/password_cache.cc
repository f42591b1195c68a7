#include "server/auth/password/password_cache.h"

#include <memory>
#include <string>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "common/ensure.h"

namespace quorate::auth {
namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

}  // namespace

PasswordCache::PasswordCache(SecretSource& secrets, std::size_t count_max) : count_max_{count_max} {
  secrets.fill(salt_);
}

Digest PasswordCache::digest(std::string_view stored_hash, std::string_view password) const {
  const std::unique_ptr<EVP_MD_CTX, FreeContext> context{EVP_MD_CTX_new()};
  // The length keeps the two texts apart.
  const std::uint64_t hash_bytes = stored_hash.size();
  Digest digest;
  ENSURE(EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1);
  ENSURE(EVP_DigestUpdate(context.get(), salt_.data(), salt_.size()) == 1);
  ENSURE(EVP_DigestUpdate(context.get(), &hash_bytes, sizeof hash_bytes) == 1);
  ENSURE(EVP_DigestUpdate(context.get(), stored_hash.data(), stored_hash.size()) == 1);
  ENSURE(EVP_DigestUpdate(context.get(), password.data(), password.size()) == 1);
  ENSURE(EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) == 1);
  return digest;
}

bool PasswordCache::knows(std::string_view username, const Digest& digest) {
  home_.check();
  const Digest* known = digests_.use(username);
  return known != nullptr && CRYPTO_memcmp(known->data(), digest.data(), digest.size()) == 0;
}

void PasswordCache::remember(std::string_view username, const Digest& digest) {
  home_.check();
  digests_.put(std::string{username}, digest);
  if (digests_.size() > count_max_) digests_.drop_oldest();
}

}  // namespace quorate::auth
