#include "server/net/tls_context.h"

#include <stdexcept>
#include <string_view>

#include <boost/asio/ssl/context.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>

namespace quorate::net {
namespace ssl = boost::asio::ssl;

namespace {

// h2 before http/1.1 (RFC 7301 wire form).
constexpr std::string_view kProtocols{"\x02h2\x08http/1.1", 12};

int choose_protocol(SSL* /*connection*/, const unsigned char** chosen, unsigned char* size,
                    const unsigned char* offered, unsigned int offered_size, void* /*user*/) {
  auto* ours = reinterpret_cast<const unsigned char*>(kProtocols.data());
  unsigned char* pick = nullptr;
  const int result = SSL_select_next_proto(
      &pick, size, ours, static_cast<unsigned int>(kProtocols.size()), offered, offered_size);
  *chosen = pick;
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

// The pair that was read when the server started.
bool use_first_certificate(SSL* connection) {
  SSL_CTX* context = SSL_get_SSL_CTX(connection);
  STACK_OF(X509)* chain = nullptr;
  SSL_CTX_get0_chain_certs(context, &chain);
  return SSL_use_cert_and_key(connection, SSL_CTX_get0_certificate(context),
                              SSL_CTX_get0_privatekey(context), chain, 1) == 1;
}

// Read for each connection, so that files may be replaced; while they cannot be read, being written
// or for want of descriptors, the first pair serves. `settings` is the context's own copy.
int load_certificate(SSL* connection, void* settings) {
  const auto& files = *static_cast<const TlsServerSettings*>(settings);
  const bool is_loaded =
      SSL_use_certificate_chain_file(connection, files.cert_file.c_str()) == 1 &&
      SSL_use_PrivateKey_file(connection, files.key_file.c_str(), SSL_FILETYPE_PEM) == 1;
  if (is_loaded) return 1;
  ERR_clear_error();
  return use_first_certificate(connection) ? 1 : 0;
}

[[noreturn]] void refuse(const std::string& what, const boost::system::error_code& why) {
  throw std::runtime_error{what + ": " + why.message()};
}

// Lives as long as the context that refers to the settings.
struct OwnedContext {
  explicit OwnedContext(TlsServerSettings s)
      : settings{std::move(s)}, context{ssl::context::tls_server} {}
  TlsServerSettings settings;
  ssl::context context;
};

void demand_client_certificates(const TlsServerSettings& settings, ssl::context& context) {
  boost::system::error_code error;
  if (settings.trusted_ca_file.empty()) {
    context.set_default_verify_paths(error);
  } else {
    context.load_verify_file(settings.trusted_ca_file, error);
    SSL_CTX_set_client_CA_list(context.native_handle(),
                               SSL_load_client_CA_file(settings.trusted_ca_file.c_str()));
  }
  if (error) refuse("cannot read trusted CA file \"" + settings.trusted_ca_file + '"', error);
  context.set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert);
  check_readable(settings.client_rules);
  context.set_verify_callback(
      [&rules = settings.client_rules](bool is_trusted, ssl::verify_context& chain) {
        X509_STORE_CTX* at = chain.native_handle();
        if (!is_trusted) return false;
        const int found =
            verdict(rules, X509_STORE_CTX_get_current_cert(at), X509_STORE_CTX_get_error_depth(at));
        if (found != X509_V_OK) X509_STORE_CTX_set_error(at, found);
        return found == X509_V_OK;
      });
}

int protocol_version(TlsVersion version) {
  switch (version) {
    case TlsVersion::any:
      return 0;
    case TlsVersion::tls12:
      return TLS1_2_VERSION;
    case TlsVersion::tls13:
      return TLS1_3_VERSION;
  }
  return 0;
}

// Go names suites as IANA does, but for the shorter names of two.
bool is_named(const SSL_CIPHER* cipher, const std::string& name) {
  const std::string_view standard = SSL_CIPHER_standard_name(cipher);
  return standard == name || (name.ends_with("_CHACHA20_POLY1305") && standard == name + "_SHA256");
}

void choose_suites(const std::vector<std::string>& names, ssl::context& context) {
  if (names.empty()) return;
  std::string list;
  const auto* known = SSL_CTX_get_ciphers(context.native_handle());
  for (const std::string& name : names) {
    for (int i = 0; i < sk_SSL_CIPHER_num(known); ++i) {
      const SSL_CIPHER* cipher = sk_SSL_CIPHER_value(known, i);
      if (is_named(cipher, name)) list.append(SSL_CIPHER_get_name(cipher)).append(":");
    }
  }
  if (list.empty() || SSL_CTX_set_cipher_list(context.native_handle(), list.c_str()) != 1) {
    throw std::runtime_error{"none of the suites in --cipher-suites is offered by this machine"};
  }
}

}  // namespace

std::shared_ptr<ssl::context> make_server_tls(const TlsServerSettings& settings) {
  auto owned = std::make_shared<OwnedContext>(settings);
  ssl::context& context = owned->context;
  context.set_options(ssl::context::default_workarounds | ssl::context::no_tlsv1 |
                      ssl::context::no_tlsv1_1 | ssl::context::no_sslv2 | ssl::context::no_sslv3 |
                      SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_min_proto_version(context.native_handle(), protocol_version(settings.oldest));
  SSL_CTX_set_max_proto_version(context.native_handle(), protocol_version(settings.newest));
  choose_suites(settings.cipher_suites, context);
  boost::system::error_code error;
  context.use_certificate_chain_file(settings.cert_file, error);
  if (error) refuse("cannot read certificate file \"" + settings.cert_file + '"', error);
  context.use_private_key_file(settings.key_file, ssl::context::pem, error);
  if (error) refuse("cannot read key file \"" + settings.key_file + '"', error);
  SSL_CTX_set_cert_cb(context.native_handle(), load_certificate, &owned->settings);
  SSL_CTX_set_alpn_select_cb(context.native_handle(), choose_protocol, nullptr);
  // Sessions are not resumed: the context would keep one per client.
  SSL_CTX_set_session_cache_mode(context.native_handle(), SSL_SESS_CACHE_OFF);
  if (settings.client_cert_auth || !settings.trusted_ca_file.empty()) {
    demand_client_certificates(owned->settings, context);
  }
  return {owned, &context};
}

}  // namespace quorate::net
