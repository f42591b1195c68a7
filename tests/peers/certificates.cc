#include "tests/peers/certificates.h"

#include <cstdio>
#include <functional>
#include <memory>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "common/ensure.h"

namespace quorate::test {
namespace {

template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using CertPtr = std::unique_ptr<X509, Deleter<X509_free>>;
using FilePtr = std::unique_ptr<std::FILE, Deleter<std::fclose>>;

constexpr long kSecondsValid = 24L * 3600;

KeyPtr make_key() {
  KeyPtr key{EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")};
  ENSURE(key != nullptr);
  return key;
}

void add_extension(X509* cert, X509* issuer, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, cert, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value);
  ENSURE(extension != nullptr);
  X509_add_ext(cert, extension, -1);
  X509_EXTENSION_free(extension);
}

CertPtr make_cert(const std::string& common_name, EVP_PKEY* key, long serial) {
  CertPtr cert{X509_new()};
  X509_set_version(cert.get(), 2);  // which means 3
  ASN1_INTEGER_set(X509_get_serialNumber(cert.get()), serial);
  X509_gmtime_adj(X509_getm_notBefore(cert.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(cert.get()), kSecondsValid);
  X509_set_pubkey(cert.get(), key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(cert.get()), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1,
                             0);
  return cert;
}

FilePtr open_file(const std::filesystem::path& path, const char* mode) {
  FilePtr file{std::fopen(path.c_str(), mode)};
  ENSURE(file != nullptr);
  return file;
}

void write(const CertificateFiles& files, X509* cert, EVP_PKEY* key) {
  ENSURE(PEM_write_X509(open_file(files.cert, "w").get(), cert) == 1);
  ENSURE(PEM_write_PrivateKey(open_file(files.key, "w").get(), key, nullptr, nullptr, 0, nullptr,
                              nullptr) == 1);
}

CertPtr read_cert(const CertificateFiles& files) {
  CertPtr cert{PEM_read_X509(open_file(files.cert, "r").get(), nullptr, nullptr, nullptr)};
  ENSURE(cert != nullptr);
  return cert;
}

KeyPtr read_key(const CertificateFiles& files) {
  KeyPtr key{PEM_read_PrivateKey(open_file(files.key, "r").get(), nullptr, nullptr, nullptr)};
  ENSURE(key != nullptr);
  return key;
}

// Another one for every name.
long serial_of(const std::string& common_name) {
  return static_cast<long>(std::hash<std::string>{}(common_name) >> 8);
}

CertificateFiles files_named(const std::filesystem::path& dir, const std::string& name) {
  return {dir / (name + ".crt"), dir / (name + ".key")};
}

}  // namespace

Authority::Authority(std::filesystem::path dir, std::string name)
    : dir_{std::move(dir)}, files_{files_named(dir_, name)} {
  const KeyPtr key = make_key();
  const CertPtr cert = make_cert(name, key.get(), 1);
  X509_set_issuer_name(cert.get(), X509_get_subject_name(cert.get()));
  add_extension(cert.get(), cert.get(), NID_basic_constraints, "critical,CA:TRUE");
  add_extension(cert.get(), cert.get(), NID_key_usage, "critical,keyCertSign");
  ENSURE(X509_sign(cert.get(), key.get(), EVP_sha256()) != 0);
  write(files_, cert.get(), key.get());
}

CertificateFiles Authority::issue(const std::string& common_name) const {
  const CertPtr issuer = read_cert(files_);
  const KeyPtr issuer_key = read_key(files_);
  const KeyPtr key = make_key();
  const CertPtr cert = make_cert(common_name, key.get(), serial_of(common_name));
  X509_set_issuer_name(cert.get(), X509_get_subject_name(issuer.get()));
  const std::string names = "IP:127.0.0.1,IP:::1,DNS:localhost,DNS:" + common_name;
  add_extension(cert.get(), issuer.get(), NID_subject_alt_name, names.c_str());
  add_extension(cert.get(), issuer.get(), NID_ext_key_usage, "serverAuth,clientAuth");
  ENSURE(X509_sign(cert.get(), issuer_key.get(), EVP_sha256()) != 0);
  const CertificateFiles files = files_named(dir_, common_name);
  write(files, cert.get(), key.get());
  return files;
}

std::filesystem::path Authority::revoke(const CertificateFiles& files) const {
  const std::unique_ptr<X509_CRL, Deleter<X509_CRL_free>> list{X509_CRL_new()};
  const std::unique_ptr<ASN1_TIME, Deleter<ASN1_TIME_free>> now{X509_gmtime_adj(nullptr, 0)};
  X509_CRL_set_version(list.get(), 1);  // which means 2
  X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(read_cert(files_).get()));
  X509_CRL_set1_lastUpdate(list.get(), now.get());
  X509_CRL_set1_nextUpdate(list.get(), now.get());
  X509_REVOKED* revoked = X509_REVOKED_new();
  X509_REVOKED_set_serialNumber(revoked, X509_get_serialNumber(read_cert(files).get()));
  X509_REVOKED_set_revocationDate(revoked, now.get());
  X509_CRL_add0_revoked(list.get(), revoked);
  ENSURE(X509_CRL_sign(list.get(), read_key(files_).get(), EVP_sha256()) != 0);
  const std::filesystem::path path = dir_ / "revoked.pem";
  ENSURE(PEM_write_X509_CRL(open_file(path, "w").get(), list.get()) == 1);
  return path;
}

}  // namespace quorate::test
