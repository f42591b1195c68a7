#include "server/net/tls_transport.h"

#include <array>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <openssl/ssl.h>

#include "server/net/common_name.h"

namespace quorate::net {
namespace asio = boost::asio;
namespace ssl = asio::ssl;
using boost::system::error_code;

namespace {

std::string client_of(SSL* connection) {
  X509* certificate = SSL_get0_peer_certificate(connection);
  return certificate == nullptr ? std::string{} : common_name_of(certificate);
}

// What the handlers share with the transport: they may run once more after it is gone.
class TlsSocket : public std::enable_shared_from_this<TlsSocket> {
 public:
  TlsSocket(StreamSocket socket, ssl::context& tls) : stream_{std::move(socket), tls} {}

  void set_user(TransportUser* user) { user_ = user; }

  void handshake() {
    stream_.async_handshake(ssl::stream_base::server,
                            [self = shared_from_this()](error_code error) {
                              if (self->user_ == nullptr) return;
                              if (error) return self->fail(error);
                              self->user_->on_secured(client_of(self->stream_.native_handle()));
                              self->read();
                            });
  }

  std::size_t write(std::string_view bytes) {
    if (is_writing_ || is_closing_ || !is_open()) return 0;
    const std::size_t taken = std::min(bytes.size(), kWriteBytesMax);
    output_.assign(bytes.substr(0, taken));
    is_writing_ = true;
    asio::async_write(
        stream_, asio::buffer(output_),
        [self = shared_from_this()](error_code error, std::size_t) { self->written(error); });
    return taken;
  }

  void pause() { is_paused_ = true; }
  void resume() {
    is_paused_ = false;
    read();
  }

  void shutdown() {
    is_closing_ = true;
    if (!is_writing_) say_goodbye();
  }

  void close() {
    error_code ignored;
    stream_.lowest_layer().close(ignored);
  }
  [[nodiscard]] bool is_closing() const { return is_closing_ && is_open(); }

 private:
  static constexpr std::size_t kWriteBytesMax = 256 * 1024;

  [[nodiscard]] bool is_open() const { return stream_.lowest_layer().is_open(); }

  void read() {
    if (is_reading_ || is_paused_ || is_closing_ || user_ == nullptr || !is_open()) return;
    is_reading_ = true;
    stream_.async_read_some(asio::buffer(input_),
                            [self = shared_from_this()](error_code error, std::size_t size) {
                              self->is_reading_ = false;
                              self->received(error, size);
                            });
  }

  void received(error_code error, std::size_t size) {
    if (user_ == nullptr || is_closing_) return;
    if (error) return fail(error);
    user_->on_bytes({input_.data(), size});
    read();
  }

  void written(error_code error) {
    is_writing_ = false;
    if (is_closing_) return error ? fail(error) : say_goodbye();
    if (user_ == nullptr) return;
    if (error) return fail(error);
    user_->on_writable();
  }

  // A close_notify tells the client that nothing was cut off (RFC 8446 §6.1). This waits for the
  // client's own; whoever owns the transport bounds the wait.
  void say_goodbye() {
    stream_.async_shutdown([self = shared_from_this()](error_code error) { self->fail(error); });
  }

  void fail(error_code error) {
    close();
    const bool is_orderly = error == asio::error::eof || error == ssl::error::stream_truncated;
    if (user_ == nullptr) return;
    std::exchange(user_, nullptr)->on_closed(is_orderly ? std::string{} : error.message());
  }

  ssl::stream<StreamSocket> stream_;
  TransportUser* user_ = nullptr;      // null once nothing may be reported any more
  std::array<char, 16 * 1024> input_;  // one TLS record at most (RFC 8446 §5.1)
  std::string output_;
  bool is_reading_ = false;
  bool is_writing_ = false;
  bool is_paused_ = false;
  bool is_closing_ = false;
};

class TlsTransport final : public Transport {
 public:
  TlsTransport(StreamSocket socket, ssl::context& tls)
      : socket_{std::make_shared<TlsSocket>(std::move(socket), tls)} {}
  ~TlsTransport() override {
    socket_->set_user(nullptr);
    socket_->close();
  }

  void start(TransportUser& user) override {
    socket_->set_user(&user);
    socket_->handshake();
  }
  void set_user(TransportUser& user) override { socket_->set_user(&user); }
  std::size_t write(std::string_view bytes) override { return socket_->write(bytes); }
  void pause_reading() override { socket_->pause(); }
  void resume_reading() override { socket_->resume(); }
  void shutdown() override { socket_->shutdown(); }
  [[nodiscard]] bool is_closing() const override { return socket_->is_closing(); }

 private:
  std::shared_ptr<TlsSocket> socket_;  // shared with the handlers under way
};

}  // namespace

std::unique_ptr<Transport> make_tls_transport(StreamSocket socket, ssl::context& tls) {
  return std::make_unique<TlsTransport>(std::move(socket), tls);
}

}  // namespace quorate::net
