#include "common/grpc/tls.h"

#include <cerrno>
#include <fstream>
#include <sstream>
#include <system_error>

#include <boost/asio/ssl/context.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>

namespace quorate::grpc {
namespace {

namespace ssl = boost::asio::ssl;
using boost::system::error_code;

// Go's texts of errno begin in lower case: "no such file or directory".
std::string system_text(int number) {
  std::string text = std::generic_category().message(number);
  if (text.size() > 1 && text[0] >= 'A' && text[0] <= 'Z' && !(text[1] >= 'A' && text[1] <= 'Z')) {
    text[0] = static_cast<char>(text[0] - 'A' + 'a');
  }
  return text;
}

Result<std::string> read_file(const std::string& path) {
  errno = 0;
  std::ifstream file{path, std::ios::binary};
  std::ostringstream content;
  if (file) content << file.rdbuf();
  if (!file || (content.fail() && errno != 0)) {
    return Error{Code::invalid_argument, "open " + path + ": " + system_text(errno)};
  }
  return std::move(content).str();
}

Error tls_error(const std::string& path, const error_code& error) {
  return {Code::invalid_argument, "tls: " + path + ": " + error.message()};
}

Status use_pair(ssl::context& context, const TlsSettings& settings) {
  auto cert = read_file(settings.cert_file);
  if (!cert) return cert.error();
  auto key = read_file(settings.key_file);
  if (!key) return key.error();
  error_code error;
  context.use_certificate_chain(boost::asio::buffer(*cert), error);
  if (error) return tls_error(settings.cert_file, error);
  context.use_private_key(boost::asio::buffer(*key), ssl::context::pem, error);
  if (error) return tls_error(settings.key_file, error);
  return {};
}

Status trust(ssl::context& context, const std::string& ca_file) {
  error_code error;
  if (ca_file.empty()) {
    context.set_default_verify_paths(error);
    return {};  // without system authorities every certificate is unknown, which says so itself
  }
  auto authorities = read_file(ca_file);
  if (!authorities) return authorities.error();
  context.add_certificate_authority(boost::asio::buffer(*authorities), error);
  if (error) return tls_error(ca_file, error);
  return {};
}

}  // namespace

Result<TlsContext> make_tls_context(const TlsSettings& settings) {
  if (settings.cert_file.empty() != settings.key_file.empty()) {
    return Error{Code::invalid_argument,
                 "KeyFile and CertFile must both be present[key: " + settings.key_file +
                     ", cert: " + settings.cert_file + "]"};
  }
  auto context = std::make_shared<ssl::context>(ssl::context::tls_client);
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  static constexpr unsigned char kAlpn[] = {2, 'h', '2'};
  SSL_CTX_set_alpn_protos(context->native_handle(), kAlpn, sizeof kAlpn);
  error_code error;
  context->set_verify_mode(settings.skip_verify ? ssl::verify_none : ssl::verify_peer, error);
  if (!settings.cert_file.empty()) {
    if (Status ok = use_pair(*context, settings); !ok) return ok.error();
  }
  if (Status ok = trust(*context, settings.ca_file); !ok) return ok.error();
  return context;
}

}  // namespace quorate::grpc
