#include "server/net/self_signed.h"

#include <cstdio>
#include <memory>
#include <stdexcept>
#include <sys/stat.h>

#include <boost/asio/ip/address.hpp>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "common/ensure.h"

namespace quorate::net {
namespace fs = std::filesystem;

namespace {

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
  void operator()(std::FILE* file) const { std::fclose(file); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

[[noreturn]] void refuse(const fs::path& path, const char* why) {
  throw std::runtime_error{"cannot make a certificate in " + path.string() + ": " + why};
}

void add_extension(X509* certificate, int kind, const std::string& value) {
  const Owned<X509_EXTENSION> extension{X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str())};
  ENSURE(extension != nullptr);
  X509_add_ext(certificate, extension.get(), -1);
}

std::string alternative_names(const std::vector<std::string>& hosts) {
  std::string names;
  for (const std::string& host : hosts) {
    boost::system::error_code error;
    boost::asio::ip::make_address(host, error);
    names.append(names.empty() ? "" : ",").append(error ? "DNS:" : "IP:").append(host);
  }
  return names;
}

void set_random_serial(X509* certificate) {
  unsigned char bytes[15];
  ENSURE(RAND_bytes(bytes, sizeof bytes) == 1);
  BIGNUM* number = BN_bin2bn(bytes, sizeof bytes, nullptr);
  BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate));
  BN_free(number);
}

// As etcd makes them: no common name, so that nobody takes it for a user.
Owned<X509> make_certificate(EVP_PKEY* key, const std::vector<std::string>& hosts,
                             std::uint64_t years) {
  Owned<X509> certificate{X509_new()};
  X509_set_version(certificate.get(), 2);  // which means 3
  set_random_serial(certificate.get());
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
  X509_time_adj_ex(X509_getm_notAfter(certificate.get()), static_cast<int>(years * 365), 0,
                   nullptr);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME* subject = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(subject, "O", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("etcd"), -1, -1, 0);
  X509_set_issuer_name(certificate.get(), subject);
  add_extension(certificate.get(), NID_key_usage, "critical,keyEncipherment,digitalSignature");
  add_extension(certificate.get(), NID_ext_key_usage, "serverAuth");
  add_extension(certificate.get(), NID_basic_constraints, "critical,CA:FALSE");
  if (!hosts.empty()) {
    add_extension(certificate.get(), NID_subject_alt_name, alternative_names(hosts));
  }
  ENSURE(X509_sign(certificate.get(), key, EVP_sha256()) != 0);
  return certificate;
}

template <class Write>
void write_file(const std::string& path, Write write) {
  const auto old_mask = ::umask(077);
  const Owned<std::FILE> file{std::fopen(path.c_str(), "w")};
  ::umask(old_mask);
  if (file == nullptr || write(file.get()) != 1 || std::fflush(file.get()) != 0) {
    refuse(path, "the file cannot be written");
  }
}

}  // namespace

CertificateFiles self_signed_certificate(const fs::path& dir, const std::vector<std::string>& hosts,
                                         std::uint64_t years) {
  const CertificateFiles files{(dir / "cert.pem").string(), (dir / "key.pem").string()};
  std::error_code error;
  if (fs::exists(files.cert, error) && fs::exists(files.key, error)) return files;
  const auto old_mask = ::umask(077);
  fs::create_directories(dir, error);
  ::umask(old_mask);
  if (error) refuse(dir, error.message().c_str());
  const Owned<EVP_PKEY> key{EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-521")};
  ENSURE(key != nullptr);
  const auto certificate = make_certificate(key.get(), hosts, years);
  write_file(files.key, [&](std::FILE* out) {
    return PEM_write_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
  write_file(files.cert, [&](std::FILE* out) { return PEM_write_X509(out, certificate.get()); });
  return files;
}

}  // namespace quorate::net
