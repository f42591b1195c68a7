#include "common/boltfile/trailer.h"

#include <algorithm>

#include <openssl/evp.h>

#include "common/ensure.h"

namespace quorate::boltfile {

struct Sha256::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  ~State() { EVP_MD_CTX_free(context); }
};

Sha256::Sha256() : state_{std::make_unique<State>()} {
  ENSURE(EVP_DigestInit_ex(state_->context, EVP_sha256(), nullptr) == 1);
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::add(std::string_view bytes) {
  ENSURE(EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()) == 1);
}

Sha256::Digest Sha256::finish() {
  Digest digest;
  unsigned int size = 0;
  ENSURE(EVP_DigestFinal_ex(state_->context, digest.data(), &size) == 1);
  ENSURE(size == digest.size());
  return digest;
}

std::optional<Trailer> read_trailer(std::string_view file) {
  if (!has_trailer(file.size())) return std::nullopt;
  const std::string_view body = file.substr(0, file.size() - kTrailerBytes);
  Sha256 hash;
  hash.add(body);
  Trailer trailer;
  trailer.computed = hash.finish();
  std::ranges::copy(file.substr(body.size()), trailer.stored.begin());
  return trailer;
}

}  // namespace quorate::boltfile
