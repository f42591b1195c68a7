#include "server/auth/jwt/key_file.h"

#include <openssl/decoder.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

namespace quorate::auth {
namespace {

struct FreeDecoder {
  void operator()(OSSL_DECODER_CTX* context) const { OSSL_DECODER_CTX_free(context); }
};
struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
struct FreeCertificate {
  void operator()(X509* certificate) const { X509_free(certificate); }
};

int refuse_passphrase(char*, std::size_t, std::size_t*, const OSSL_PARAM*, void*) {
  return 0;
}

KeyPtr decode(std::string_view pem, int selection) {
  EVP_PKEY* key = nullptr;
  const std::unique_ptr<OSSL_DECODER_CTX, FreeDecoder> context{
      OSSL_DECODER_CTX_new_for_pkey(&key, "PEM", nullptr, nullptr, selection, nullptr, nullptr)};
  const auto* data = reinterpret_cast<const unsigned char*>(pem.data());
  std::size_t size = pem.size();
  const bool is_read =
      context != nullptr &&
      OSSL_DECODER_CTX_set_passphrase_cb(context.get(), refuse_passphrase, nullptr) == 1 &&
      OSSL_DECODER_from_data(context.get(), &data, &size) == 1;
  KeyPtr owned{key};
  // Nothing may stay in the queue: this thread's TLS reads it.
  ERR_clear_error();
  return is_read ? std::move(owned) : nullptr;
}

KeyPtr read_certificate(std::string_view pem) {
  const std::unique_ptr<BIO, FreeBio> bio{
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
  const auto no_passphrase = [](char*, int, int, void*) { return -1; };
  const std::unique_ptr<X509, FreeCertificate> certificate{
      PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr)};
  KeyPtr key{certificate ? X509_get_pubkey(certificate.get()) : nullptr};
  ERR_clear_error();
  return key;
}

}  // namespace

void FreeKey::operator()(EVP_PKEY* key) const {
  EVP_PKEY_free(key);
}

KeyPtr read_private_key(std::string_view pem) {
  return decode(pem, EVP_PKEY_KEYPAIR);
}

KeyPtr read_public_key(std::string_view pem) {
  KeyPtr key = decode(pem, EVP_PKEY_PUBLIC_KEY);
  return key ? std::move(key) : read_certificate(pem);
}

}  // namespace quorate::auth
