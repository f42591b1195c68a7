#include "tests/auth/test_keys.h"

#include <memory>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "common/ensure.h"
#include "server/auth/jwt/key_file.h"

namespace quorate::auth {
namespace {

struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using BioPtr = std::unique_ptr<BIO, FreeBio>;

std::string text_of(const BioPtr& bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

KeyPtr generate(const SigningMethod& method) {
  switch (method.family) {
    case SigningFamily::rsa:
    case SigningFamily::rsa_pss:
      return KeyPtr{EVP_RSA_gen(2048)};
    case SigningFamily::ecdsa:
      return KeyPtr{EVP_EC_gen(method.curve)};
    default:
      return KeyPtr{EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")};
  }
}

}  // namespace

TestKey make_test_key(const SigningMethod& method) {
  if (method.family == SigningFamily::hmac) return {"a secret of no particular form\n", {}};
  const KeyPtr key = generate(method);
  ENSURE(key != nullptr);
  const BioPtr private_bio{BIO_new(BIO_s_mem())};
  const BioPtr public_bio{BIO_new(BIO_s_mem())};
  if (method.family == SigningFamily::ed25519) {  // it has no older form
    ENSURE(PEM_write_bio_PrivateKey(private_bio.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                    nullptr) == 1);
  } else {
    ENSURE(PEM_write_bio_PrivateKey_traditional(private_bio.get(), key.get(), nullptr, nullptr, 0,
                                                nullptr, nullptr) == 1);
  }
  ENSURE(PEM_write_bio_PUBKEY(public_bio.get(), key.get()) == 1);
  return {text_of(private_bio), text_of(public_bio)};
}

std::string lock_key(const std::string& private_text) {
  const KeyPtr key = read_private_key(private_text);
  ENSURE(key != nullptr);
  const BioPtr bio{BIO_new(BIO_s_mem())};
  const unsigned char phrase[] = "phrase";
  ENSURE(PEM_write_bio_PrivateKey(bio.get(), key.get(), EVP_aes_128_cbc(), phrase, 6, nullptr,
                                  nullptr) == 1);
  return text_of(bio);
}

SigningKey load_test_key(const SigningMethod& method, const TestKey& key) {
  auto loaded = SigningKey::load(method, key.private_text, key.public_text);
  ENSURE(loaded.has_value());
  return *std::move(loaded);
}

}  // namespace quorate::auth
