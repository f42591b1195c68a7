// What a client needs for TLS, and the context made of it.
#pragma once

#include <memory>
#include <string>

#include "common/result.h"

namespace boost::asio::ssl {
class context;
}  // namespace boost::asio::ssl

namespace quorate::grpc {

// Files in PEM. Empty = not given.
struct TlsSettings {
  std::string cert_file;
  std::string key_file;
  std::string ca_file;      // trusted instead of the system's authorities
  std::string server_name;  // expected in the certificate instead of the endpoint's host
  bool skip_verify = false;

  friend bool operator==(const TlsSettings&, const TlsSettings&) = default;
};

// Shared by the connections of a channel, which keep it alive.
using TlsContext = std::shared_ptr<boost::asio::ssl::context>;

// Reads the files. Errors are worded as etcd's client words them:
// "KeyFile and CertFile must both be present[key: K, cert: C]", "open F: no such file or directory"
Result<TlsContext> make_tls_context(const TlsSettings& settings);

}  // namespace quorate::grpc
