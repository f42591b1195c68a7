// An endpoint as operators write it: where to connect, whether with TLS, under which name.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace quorate::grpc {

// What an endpoint's scheme says about TLS, as etcd's client reads it.
enum class TlsNeed : std::uint8_t {
  settings_decide,  // host:port, unix:path and schemes nobody knows: with TLS if it is configured
  never,            // http://
  always,           // https:// and unixs:
};

struct Endpoint {
  std::string text;         // as given
  std::string host;         // TCP: name or address, without the brackets of an IPv6 one
  std::string port;         // TCP: decimal; without one nobody can be reached there
  std::string path;         // the socket's path; empty for TCP
  std::string server_name;  // checked against the certificate
  std::string authority;    // the :authority of requests
  TlsNeed tls_need = TlsNeed::settings_decide;

  [[nodiscard]] bool is_unix() const { return !path.empty(); }
};

// Never fails: what cannot be understood is an address that nobody will answer at, as with etcd.
//   127.0.0.1:2379  http://h:1  https://[::1]:1  unix:///run/x.sock  unix:rel.sock  unixs:rel.sock
[[nodiscard]] Endpoint parse_endpoint(std::string_view text);

}  // namespace quorate::grpc
