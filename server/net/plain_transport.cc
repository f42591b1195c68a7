#include "server/net/plain_transport.h"

#include <boost/asio/buffer.hpp>

#include "server/net/loop.h"

namespace quorate::net {
namespace asio = boost::asio;

namespace {

// What the handlers share with the transport: they may run once more after it is gone.
class PlainSocket : public std::enable_shared_from_this<PlainSocket> {
 public:
  PlainSocket(StreamSocket socket, Loop& loop) : socket_{std::move(socket)}, loop_{loop} {
    boost::system::error_code ignored;
    socket_.non_blocking(true, ignored);
  }

  void set_user(TransportUser* user) { user_ = user; }

  void wait_readable() {
    if (is_waiting_readable_ || is_paused_ || is_input_ended_ || !socket_.is_open()) return;
    is_waiting_readable_ = true;
    socket_.async_wait(StreamSocket::wait_read,
                       [self = shared_from_this()](boost::system::error_code error) {
                         self->is_waiting_readable_ = false;
                         self->on_readable(error);
                       });
  }

  std::size_t write(std::string_view bytes) {
    if (!socket_.is_open() || is_waiting_writable_) return 0;
    boost::system::error_code error;
    const std::size_t sent =
        socket_.send(asio::buffer(bytes.data(), bytes.size()), MSG_NOSIGNAL, error);
    if (error && error != asio::error::would_block) {
      fail_later(error);
      return 0;
    }
    if (sent < bytes.size()) wait_writable();
    return sent;
  }

  void pause() { is_paused_ = true; }
  void resume() {
    is_paused_ = false;
    wait_readable();
  }

  void shutdown() {
    user_ = nullptr;
    boost::system::error_code ignored;
    socket_.shutdown(StreamSocket::shutdown_both, ignored);
    close();
  }

  void close() {
    boost::system::error_code ignored;
    socket_.close(ignored);
  }

 private:
  void on_readable(boost::system::error_code error) {
    if (user_ == nullptr || !socket_.is_open()) return;
    if (is_paused_) return;
    std::size_t received = 0;
    const auto scratch = loop_.scratch();
    if (!error) {
      received = socket_.read_some(asio::buffer(scratch.data(), scratch.size()), error);
    }
    if (error == asio::error::eof) {
      is_input_ended_ = true;
      return user_->on_input_end();
    }
    if (error && error != asio::error::would_block) return fail(error);
    if (received > 0) user_->on_bytes({scratch.data(), received});
    wait_readable();
  }

  void wait_writable() {
    is_waiting_writable_ = true;
    socket_.async_wait(StreamSocket::wait_write,
                       [self = shared_from_this()](boost::system::error_code error) {
                         self->is_waiting_writable_ = false;
                         if (self->user_ == nullptr || !self->socket_.is_open()) return;
                         if (error) return self->fail(error);
                         self->user_->on_writable();
                       });
  }

  // The user is in the middle of something when a write fails: tell it afterwards.
  void fail_later(boost::system::error_code error) {
    if (is_failing_) return;
    is_failing_ = true;
    loop_.post([self = shared_from_this(), error] { self->fail(error); });
  }

  void fail(boost::system::error_code error) {
    close();
    if (user_ == nullptr) return;
    std::exchange(user_, nullptr)->on_closed(error.message());
  }

  StreamSocket socket_;
  Loop& loop_;
  TransportUser* user_ = nullptr;  // null once nothing may be reported any more
  bool is_waiting_readable_ = false;
  bool is_waiting_writable_ = false;
  bool is_paused_ = false;
  bool is_input_ended_ = false;
  bool is_failing_ = false;
};

class PlainTransport final : public Transport {
 public:
  PlainTransport(StreamSocket socket, Loop& loop)
      : socket_{std::make_shared<PlainSocket>(std::move(socket), loop)} {}
  ~PlainTransport() override {
    socket_->set_user(nullptr);
    socket_->close();
  }

  void start(TransportUser& user) override {
    socket_->set_user(&user);
    socket_->wait_readable();
  }
  void set_user(TransportUser& user) override { socket_->set_user(&user); }
  std::size_t write(std::string_view bytes) override { return socket_->write(bytes); }
  void pause_reading() override { socket_->pause(); }
  void resume_reading() override { socket_->resume(); }
  void shutdown() override { socket_->shutdown(); }

 private:
  std::shared_ptr<PlainSocket> socket_;  // shared with the handlers under way
};

}  // namespace

std::unique_ptr<Transport> make_plain_transport(StreamSocket socket, Loop& loop) {
  return std::make_unique<PlainTransport>(std::move(socket), loop);
}

}  // namespace quorate::net
