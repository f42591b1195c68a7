// TLS on the client port: certificates, who must show one, and ALPN.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "server/net/client_rules.h"

namespace boost::asio::ssl {
class context;
}

namespace quorate::net {

enum class TlsVersion : std::uint8_t { any, tls12, tls13 };

struct TlsServerSettings {
  std::string cert_file;          // PEM chain
  std::string key_file;           // PEM
  std::string trusted_ca_file;    // PEM; set: clients must show a certificate it signed
  bool client_cert_auth = false;  // without a CA file: the system's roots
  ClientRules client_rules;
  TlsVersion oldest = TlsVersion::tls12;
  TlsVersion newest = TlsVersion::any;
  std::vector<std::string> cipher_suites;  // of TLS 1.2, Go's names; empty = all good ones
};

// Throws std::runtime_error with a sentence that names the file when one cannot be used.
// Certificate and key are read anew for every handshake, so that renewed ones need no restart.
std::shared_ptr<boost::asio::ssl::context> make_server_tls(const TlsServerSettings& settings);

}  // namespace quorate::net
