#include "server/auth/jwt/signing_key.h"

#include <doctest/doctest.h>
#include <openssl/err.h>

#include "server/auth/errors.h"
#include "server/auth/jwt/base64url.h"
#include "tests/auth/test_keys.h"

using namespace quorate;
using namespace quorate::auth;

namespace {

const SigningMethod& method(const char* name) {
  return *find_signing_method(name);
}

constexpr const char* kAll[] = {"HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256",
                                "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"};

}  // namespace

TEST_CASE("an RSA signature without its leading zero is none") {
  for (const char* name : {"RS256", "PS256"}) {
    CAPTURE(name);
    const SigningKey signer = load_test_key(method(name), make_test_key(method(name)));
    std::string text;
    std::string signature;
    do {  // one in 256
      text += 't';
      signature = *signer.sign(text);
    } while (signature[0] != '\0');
    CHECK(signer.verify(text, signature));
    CHECK_FALSE(signer.verify(text, signature.substr(1)));
  }
}

TEST_CASE("each method signs what it verifies, and nothing else") {
  for (const char* name : kAll) {
    CAPTURE(name);
    const TestKey key = make_test_key(method(name));
    const SigningKey signer = load_test_key(method(name), key);
    REQUIRE(signer.can_sign());
    const std::string signature = *signer.sign("text");
    CHECK(signer.verify("text", signature));
    CHECK_FALSE(signer.verify("texT", signature));
    CHECK_FALSE(signer.verify("text", signature.substr(1)));
    CHECK_FALSE(signer.verify("text", signature + '\0'));
    CHECK_FALSE(signer.verify("text", {}));
    CHECK_FALSE(signer.verify("text", std::string(signature.size(), '\0')));
    CHECK_FALSE(signer.verify("text", std::string(signature.size(), '\xff')));
    // This thread's TLS looks at the queue.
    CHECK(ERR_peek_error() == 0);

    if (key.public_text.empty()) continue;
    const auto verifier = SigningKey::load(method(name), {}, key.public_text);
    REQUIRE(verifier.has_value());
    CHECK_FALSE(verifier->can_sign());
    CHECK(verifier->verify("text", signature));
    const SigningKey stranger = load_test_key(method(name), make_test_key(method(name)));
    CHECK_FALSE(stranger.verify("text", signature));
  }
}

TEST_CASE("elliptic signatures are two numbers of full length (RFC 7518 §3.4)") {
  for (const char* name : {"ES256", "ES384", "ES512"}) {
    const SigningKey key = load_test_key(method(name), make_test_key(method(name)));
    const std::size_t size = 2 * method(name).half_bytes;
    for (int i = 0; i < 20; ++i) CHECK(key.sign("text")->size() == size);
  }
}

// RFC 7515, appendix A.1: the key, the text and the signature published there.
TEST_CASE("an HS256 signature as published") {
  const auto secret = decode_base64url(
      "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow");
  const auto key = SigningKey::load(method("HS256"), *secret, {});
  REQUIRE(key.has_value());
  const std::string text =
      "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
      "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVl"
      "fQ";
  CHECK(encode_base64url(*key->sign(text)) == "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
}

TEST_CASE("a key must be of the method's kind, and both halves one key") {
  const TestKey rsa = make_test_key(method("RS256"));
  const TestKey p256 = make_test_key(method("ES256"));
  const TestKey ed = make_test_key(method("EdDSA"));
  const auto refuses = [](const char* name, const std::string& private_text,
                          const std::string& public_text) {
    return !SigningKey::load(method(name), private_text, public_text).has_value();
  };
  CHECK(refuses("ES256", rsa.private_text, {}));
  CHECK(refuses("RS256", p256.private_text, {}));
  CHECK(refuses("PS512", ed.private_text, {}));
  CHECK(refuses("EdDSA", {}, p256.public_text));
  CHECK(refuses("ES384", p256.private_text, {}));  // another curve
  CHECK(refuses("RS256", rsa.public_text, {}));    // only half of it
  CHECK(refuses("RS256", "no key", {}));
  CHECK(refuses("RS256", {}, "no key"));
  CHECK(refuses("RS256", lock_key(rsa.private_text), {}));  // nobody to ask for the phrase
  CHECK(SigningKey::load(method("RS256"), {}, {}).error() == missing_key());
  CHECK(SigningKey::load(method("HS256"), {}, "public").error() == missing_key());
  CHECK(SigningKey::load(method("RS256"), rsa.private_text,
                         make_test_key(method("RS256")).public_text)
            .error() == key_mismatch());
  CHECK_FALSE(refuses("PS256", rsa.private_text, rsa.public_text));
  CHECK(ERR_peek_error() == 0);
}

TEST_CASE("the text of a base64url is the only one for its bytes") {
  CHECK(encode_base64url("") == "");
  CHECK(encode_base64url("\xfb\xff") == "-_8");
  for (const std::string bytes : {"", "f", "fo", "foo", "foob", "\xff\xfe\xfd"}) {
    CHECK(decode_base64url(encode_base64url(bytes)) == bytes);
  }
  for (const char* bad : {"A", "AAAAA", "-_9", "AB", "AA=", "AA==", "A A", "+/8", "AA\n"}) {
    CAPTURE(bad);
    CHECK_FALSE(decode_base64url(bad).has_value());
  }
}

TEST_CASE("no method is called none") {
  CHECK(find_signing_method("none") == nullptr);
  CHECK(find_signing_method("") == nullptr);
  CHECK(find_signing_method("hs256") == nullptr);
}
