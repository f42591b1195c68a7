// TLS on the client port: certificates, who must show one, and ALPN.
#pragma once

#include <memory>
#include <string>

namespace boost::asio::ssl {
class context;
}

namespace quorate::net {

struct TlsServerSettings {
  std::string cert_file;          // PEM chain
  std::string key_file;           // PEM
  std::string trusted_ca_file;    // PEM; set: clients must show a certificate it signed
  bool client_cert_auth = false;  // without a CA file: the system's roots
};

// Throws std::runtime_error with a sentence that names the file when one cannot be used.
// Certificate and key are read anew for every handshake, so that renewed ones need no restart.
std::shared_ptr<boost::asio::ssl::context> make_server_tls(const TlsServerSettings& settings);

}  // namespace quorate::net
