#include "common/grpc/endpoint.h"

namespace quorate::grpc {
namespace {

constexpr std::string_view kSchemeEnd = "://";

void set_host_and_port(Endpoint& endpoint, std::string_view address) {
  endpoint.authority = address;
  const auto colon = address.rfind(':');
  std::string_view host = address;
  // An IPv6 address without brackets has colons of its own and no port.
  const bool has_port =
      colon != std::string_view::npos && (address.find(':') == colon || address[colon - 1] == ']');
  if (has_port) {
    host = address.substr(0, colon);
    endpoint.port = address.substr(colon + 1);
  }
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  endpoint.host = host;
  endpoint.server_name = host;
}

void set_path(Endpoint& endpoint, std::string_view path) {
  endpoint.path = path;
  // The last segment serves as the name in the certificate, as etcd's client does.
  const auto slash = path.rfind('/');
  endpoint.server_name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  endpoint.authority = "localhost";
}

// True, and the rest behind "unix:" or "unixs:", with or without "//".
bool split_unix(std::string_view text, std::string_view scheme, std::string_view& path) {
  if (!text.starts_with(scheme)) return false;
  path = text.substr(scheme.size());
  if (path.starts_with("//")) path.remove_prefix(2);
  return true;
}

}  // namespace

Endpoint parse_endpoint(std::string_view text) {
  Endpoint endpoint;
  endpoint.text = text;
  std::string_view path;
  if (split_unix(text, "unix:", path)) {
    set_path(endpoint, path);
    return endpoint;
  }
  if (split_unix(text, "unixs:", path)) {
    endpoint.tls_need = TlsNeed::always;
    set_path(endpoint, path);
    return endpoint;
  }
  std::string_view address = text;
  if (const auto scheme_end = text.find(kSchemeEnd); scheme_end != std::string_view::npos) {
    const std::string_view scheme = text.substr(0, scheme_end);
    if (scheme != "http" && scheme != "https") return endpoint;  // no host: nobody answers there
    endpoint.tls_need = scheme == "http" ? TlsNeed::never : TlsNeed::always;
    address.remove_prefix(scheme_end + kSchemeEnd.size());
    address = address.substr(0, address.find('/'));
  }
  set_host_and_port(endpoint, address);
  return endpoint;
}

}  // namespace quorate::grpc
