// Certificates and who may come in. One TlsConfig for clients, one for peers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace quorate::config {

// Flags of the peer side begin with "peer-": --cert-file and --peer-cert-file. Files are PEM.
struct TlsConfig {
  std::string cert_file;
  std::string key_file;
  std::string client_cert_file;  // shown when dialling; empty = cert_file
  std::string client_key_file;
  bool client_cert_auth = false;         // the common name is the user
  std::string trusted_ca_file;           // when set, client certificates are required and verified
  std::string crl_file;                  // --client-crl-file, --peer-crl-file; DER or PEM
  bool auto_tls = false;                 // make a certificate; ignored when one is given
  std::vector<std::string> allowed_cns;  // --peer-cert-allowed-cn; for clients in files only
  std::vector<std::string> allowed_hostnames;  // --client-cert-allowed-hostname
  bool skip_client_san_verification = false;

  [[nodiscard]] bool has_certificate() const { return !cert_file.empty() || !key_file.empty(); }
};

enum class TlsVersion : std::uint8_t { any, tls12, tls13 };

// For both sides.
struct TlsPolicy {
  std::vector<std::string>
      cipher_suites;  // of TLS 1.2, Go's names, in order; empty = all good ones
  std::string min_version_name = "TLS1.2";     // --tls-min-version
  std::string max_version_name;                // --tls-max-version
  TlsVersion min_version = TlsVersion::tls12;  // out of the names, by load()
  TlsVersion max_version = TlsVersion::any;
  std::uint64_t self_signed_cert_validity_years = 1;  // --self-signed-cert-validity
};

struct AuthConfig {
  std::string token = "simple";           // --auth-token: "simple" or "jwt,option=value,.."
  std::uint64_t bcrypt_cost = 10;         // 4 to 31, the base 2 logarithm of the rounds
  std::uint64_t token_ttl_seconds = 300;  // --auth-token-ttl, of simple tokens
};

}  // namespace quorate::config
