#include "server/auth/jwt/signing_key.h"

#include <algorithm>
#include <array>
#include <utility>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rsa.h>

#include "common/ensure.h"
#include "server/auth/errors.h"
#include "server/auth/jwt/key_file.h"

namespace quorate::auth {
namespace {

using Family = SigningFamily;

constexpr std::array<SigningMethod, 13> kMethods{{
    {"HS256", Family::hmac, "SHA256"},
    {"HS384", Family::hmac, "SHA384"},
    {"HS512", Family::hmac, "SHA512"},
    {"RS256", Family::rsa, "SHA256"},
    {"RS384", Family::rsa, "SHA384"},
    {"RS512", Family::rsa, "SHA512"},
    {"PS256", Family::rsa_pss, "SHA256"},
    {"PS384", Family::rsa_pss, "SHA384"},
    {"PS512", Family::rsa_pss, "SHA512"},
    {"ES256", Family::ecdsa, "SHA256", "prime256v1", 32},
    {"ES384", Family::ecdsa, "SHA384", "secp384r1", 48},
    {"ES512", Family::ecdsa, "SHA512", "secp521r1", 66},
    {"EdDSA", Family::ed25519},
}};

constexpr int kRsaBitsMin = 1024;  // what Go, and so etcd, accepts

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
struct FreeSignature {
  void operator()(ECDSA_SIG* signature) const { ECDSA_SIG_free(signature); }
};
using ContextPtr = std::unique_ptr<EVP_MD_CTX, FreeContext>;
using SignaturePtr = std::unique_ptr<ECDSA_SIG, FreeSignature>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_of(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

bool has_curve(EVP_PKEY* key, std::string_view curve) {
  std::array<char, 64> name{};
  std::size_t size = 0;
  return EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, name.data(), name.size(),
                                        &size) == 1 &&
         std::string_view{name.data(), size} == curve;
}

bool fits(EVP_PKEY* key, const SigningMethod& method) {
  switch (method.family) {
    case Family::hmac:
      return false;
    case Family::rsa:
    case Family::rsa_pss:
      return EVP_PKEY_is_a(key, "RSA") == 1 && EVP_PKEY_get_bits(key) >= kRsaBitsMin;
    case Family::ecdsa:
      return EVP_PKEY_is_a(key, "EC") == 1 && has_curve(key, method.curve);
    case Family::ed25519:
      return EVP_PKEY_is_a(key, "ED25519") == 1;
  }
  return false;
}

// Salts are as long as the digest (RFC 7518 §3.5); of others' tokens any length is taken, as etcd
// does.
bool set_padding(EVP_PKEY_CTX* context, const SigningMethod& method, int salt_bytes) {
  if (method.family != Family::rsa_pss) return true;
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, salt_bytes) == 1;
}

const char* digest_name(const SigningMethod& method) {
  return method.family == Family::ed25519 ? nullptr : method.digest;
}

std::string hmac(const SigningMethod& method, std::string_view secret, std::string_view text) {
  std::string out(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  const auto* done =
      HMAC(EVP_get_digestbyname(method.digest), secret.data(), static_cast<int>(secret.size()),
           bytes_of(text), text.size(), bytes_of(out), &size);
  ENSURE(done != nullptr);
  out.resize(size);
  return out;
}

// Tokens carry both numbers at full length, one behind the other (RFC 7518 §3.4).
std::optional<std::string> flat_from_der(const std::string& der, std::size_t half_bytes) {
  const auto* at = bytes_of(std::string_view{der});
  const SignaturePtr signature{d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()))};
  if (!signature) return std::nullopt;
  std::string flat(2 * half_bytes, '\0');
  const int half = static_cast<int>(half_bytes);
  if (BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), bytes_of(flat), half) != half ||
      BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), bytes_of(flat) + half, half) != half) {
    return std::nullopt;
  }
  return flat;
}

std::optional<std::string> der_from_flat(std::string_view flat, std::size_t half_bytes) {
  if (flat.size() != 2 * half_bytes) return std::nullopt;
  const int half = static_cast<int>(half_bytes);
  const SignaturePtr signature{ECDSA_SIG_new()};
  ENSURE(signature != nullptr);
  ENSURE(ECDSA_SIG_set0(signature.get(), BN_bin2bn(bytes_of(flat), half, nullptr),
                        BN_bin2bn(bytes_of(flat) + half, half, nullptr)) == 1);
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(signature.get(), &der);
  if (size <= 0) return std::nullopt;
  std::string out{reinterpret_cast<char*>(der), static_cast<std::size_t>(size)};
  OPENSSL_free(der);
  return out;
}

}  // namespace

const SigningMethod* find_signing_method(std::string_view name) {
  const auto found = std::find_if(kMethods.begin(), kMethods.end(),
                                  [&](const SigningMethod& m) { return m.name == name; });
  return found == kMethods.end() ? nullptr : &*found;
}

struct SigningKey::State {
  explicit State(const SigningMethod& m) : method{m} {}
  ~State() { OPENSSL_cleanse(secret.data(), secret.size()); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  const SigningMethod& method;
  KeyPtr key;          // with its private half or without
  std::string secret;  // for HMAC
  bool can_sign = false;
};

SigningKey::SigningKey(std::unique_ptr<State> state) : state_{std::move(state)} {}
SigningKey::SigningKey(SigningKey&&) noexcept = default;
SigningKey& SigningKey::operator=(SigningKey&&) noexcept = default;
SigningKey::~SigningKey() = default;

Result<SigningKey> SigningKey::load(const SigningMethod& method, std::string_view private_text,
                                    std::string_view public_text) {
  auto state = std::make_unique<State>(method);
  if (method.family == Family::hmac) {
    if (private_text.empty()) return missing_key();
    state->secret = private_text;
    state->can_sign = true;
    return SigningKey{std::move(state)};
  }
  if (private_text.empty() && public_text.empty()) return missing_key();
  const Error unusable{Code::unknown,
                       "auth: no key for " + std::string{method.name} + " in the file given as "};
  KeyPtr public_key;
  if (!public_text.empty()) {
    public_key = read_public_key(public_text);
    if (!public_key || !fits(public_key.get(), method)) {
      return Error{unusable.code, unusable.message + "pub-key"};
    }
  }
  if (!private_text.empty()) {
    state->key = read_private_key(private_text);
    if (!state->key || !fits(state->key.get(), method)) {
      return Error{unusable.code, unusable.message + "priv-key"};
    }
    if (public_key && EVP_PKEY_eq(public_key.get(), state->key.get()) != 1) return key_mismatch();
    state->can_sign = true;
  } else {
    state->key = std::move(public_key);
  }
  return SigningKey{std::move(state)};
}

const SigningMethod& SigningKey::method() const {
  return state_->method;
}

bool SigningKey::can_sign() const {
  return state_->can_sign;
}

std::optional<std::string> SigningKey::sign(std::string_view text) const {
  ENSURE(can_sign());
  const SigningMethod& method = state_->method;
  if (method.family == Family::hmac) return hmac(method, state_->secret, text);
  const ContextPtr context{EVP_MD_CTX_new()};
  EVP_PKEY_CTX* key_context = nullptr;
  std::size_t size = 0;
  std::string signature;
  bool is_done = EVP_DigestSignInit_ex(context.get(), &key_context, digest_name(method), nullptr,
                                       nullptr, state_->key.get(), nullptr) == 1 &&
                 set_padding(key_context, method, RSA_PSS_SALTLEN_DIGEST) &&
                 EVP_DigestSign(context.get(), nullptr, &size, bytes_of(text), text.size()) == 1;
  if (is_done) {
    signature.resize(size);
    is_done =
        EVP_DigestSign(context.get(), bytes_of(signature), &size, bytes_of(text), text.size()) == 1;
    signature.resize(size);
  }
  ERR_clear_error();
  if (!is_done) return std::nullopt;
  if (method.family == Family::ecdsa) return flat_from_der(signature, method.half_bytes);
  return signature;
}

bool SigningKey::verify(std::string_view text, std::string_view signature) const {
  const SigningMethod& method = state_->method;
  if (method.family == Family::hmac) {
    const std::string right = hmac(method, state_->secret, text);
    return right.size() == signature.size() &&
           CRYPTO_memcmp(right.data(), signature.data(), right.size()) == 0;
  }
  std::optional<std::string> der;
  if (method.family == Family::ecdsa) {
    der = der_from_flat(signature, method.half_bytes);
    if (!der) return false;
    signature = *der;
  }
  const auto* key = state_->key.get();
  // RFC 8017 §8.1.2 and §8.2.2; OpenSSL takes one whose leading zero is missing.
  if (EVP_PKEY_is_a(key, "RSA") == 1 &&
      signature.size() != static_cast<std::size_t>(EVP_PKEY_get_size(key))) {
    return false;
  }
  const ContextPtr context{EVP_MD_CTX_new()};
  EVP_PKEY_CTX* key_context = nullptr;
  const bool is_right =
      EVP_DigestVerifyInit_ex(context.get(), &key_context, digest_name(method), nullptr, nullptr,
                              state_->key.get(), nullptr) == 1 &&
      set_padding(key_context, method, RSA_PSS_SALTLEN_AUTO) &&
      EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(text),
                       text.size()) == 1;
  ERR_clear_error();
  return is_right;
}

}  // namespace quorate::auth
