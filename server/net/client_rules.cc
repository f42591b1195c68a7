#include "server/net/client_rules.h"

#include <algorithm>
#include <memory>
#include <stdexcept>

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "server/net/common_name.h"

namespace quorate::net {
namespace {

struct Free {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509_CRL* list) const { X509_CRL_free(list); }
};
using CrlPtr = std::unique_ptr<X509_CRL, Free>;

CrlPtr read_list(const std::string& file) {
  const std::unique_ptr<BIO, Free> bytes{BIO_new_file(file.c_str(), "rb")};
  if (bytes == nullptr) return {};
  if (X509_CRL* list = PEM_read_bio_X509_CRL(bytes.get(), nullptr, nullptr, nullptr)) {
    return CrlPtr{list};
  }
  if (BIO_seek(bytes.get(), 0) != 0) return {};
  return CrlPtr{d2i_X509_CRL_bio(bytes.get(), nullptr)};
}

// By serial number alone, whoever signed the list: as etcd does.
bool is_revoked(X509_CRL* list, X509* certificate) {
  X509_REVOKED* found = nullptr;
  return X509_CRL_get0_by_serial(list, &found, X509_get0_serialNumber(certificate)) != 0;
}

bool is_valid_for(X509* certificate, const std::string& host) {
  return X509_check_ip_asc(certificate, host.c_str(), 0) == 1 ||
         X509_check_host(certificate, host.data(), host.size(), X509_CHECK_FLAG_NEVER_CHECK_SUBJECT,
                         nullptr) == 1;
}

}  // namespace

void check_readable(const ClientRules& rules) {
  if (rules.crl_file.empty() || read_list(rules.crl_file) != nullptr) return;
  throw std::runtime_error{"cannot read certificate revocation list \"" + rules.crl_file + '"'};
}

int verdict(const ClientRules& rules, X509* certificate, int depth) {
  if (!rules.crl_file.empty()) {
    const CrlPtr list = read_list(rules.crl_file);
    if (list == nullptr) return X509_V_ERR_UNABLE_TO_GET_CRL;
    if (is_revoked(list.get(), certificate)) return X509_V_ERR_CERT_REVOKED;
  }
  if (depth > 0) return X509_V_OK;
  const auto& names = rules.common_names;
  if (!names.empty() &&
      std::find(names.begin(), names.end(), common_name_of(certificate)) == names.end()) {
    return X509_V_ERR_APPLICATION_VERIFICATION;
  }
  const auto& hosts = rules.hostnames;
  const auto fits = [&](const std::string& host) { return is_valid_for(certificate, host); };
  if (!hosts.empty() && std::none_of(hosts.begin(), hosts.end(), fits)) {
    return X509_V_ERR_HOSTNAME_MISMATCH;
  }
  return X509_V_OK;
}

}  // namespace quorate::net
