#include "common/grpc/connection.h"

#include <array>
#include <cctype>
#include <optional>
#include <utility>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <openssl/ssl.h>

namespace quorate::grpc {

namespace asio = boost::asio;
using boost::system::error_code;
using Stream = asio::generic::stream_protocol;

namespace {

constexpr std::size_t kReadBytes = std::size_t{64} * 1024;
constexpr std::size_t kWriteBytesMax = std::size_t{256} * 1024;  // of one write

// "connect: connection refused": the step that failed, then the system's text in lower case.
Error step_error(const char* step, const error_code& error) {
  std::string text = error.message();
  const bool is_word = text.size() > 1 && std::islower(static_cast<unsigned char>(text[1])) != 0;
  if (is_word) text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  return {Code::unavailable, std::string{step} + ": " + text};
}

// RFC 6066 §3: names only, not addresses. Spelled out, for OpenSSL's macro has an old-style cast.
void send_server_name(SSL* tls, const std::string& name) {
  error_code not_an_address;
  (void)asio::ip::make_address(name, not_an_address);
  if (!not_an_address) return;
  SSL_ctrl(tls, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
           const_cast<char*>(name.c_str()));
}

bool is_path_too_long(const std::string& path) {
  return path.size() >= sizeof(sockaddr_un::sun_path);
}

}  // namespace

// Resolving, connecting, shaking hands, then reading and writing until it is closed. Every
// operation holds the state, and returns at once when it finds it closed.
struct Connection::State : std::enable_shared_from_this<State> {
  State(EventLoop& l, Endpoint e, const ConnectionOptions& o, Events ev)
      : endpoint{std::move(e)},
        options{o},
        events{std::move(ev)},
        h2{o.h2},
        loop{l},
        resolver{l.context()},
        socket{l.context()},
        connect_timer{l},
        keepalive_timer{l} {}

  const Endpoint endpoint;
  const ConnectionOptions options;
  Events events;
  H2Client h2;
  EventLoop& loop;
  asio::ip::tcp::resolver resolver;
  Stream::socket socket;
  std::optional<asio::ssl::stream<Stream::socket&>> tls;
  Timer connect_timer;
  Timer keepalive_timer;
  std::vector<Stream::endpoint> addresses;  // those not yet tried are at the back, reversed
  std::array<char, kReadBytes> input{};
  std::string output;  // being written
  std::chrono::steady_clock::time_point last_heard{};
  bool is_connected = false;
  bool is_ready = false;
  bool is_going_away = false;
  bool is_writing = false;
  bool is_ping_awaited = false;
  bool is_flush_posted = false;
  bool is_closed = false;

  // ---- Connecting

  void start() {
    auto self = shared_from_this();
    connect_timer.set(options.connect_timeout, [this] {
      close({Code::unavailable, "the peer did not answer in time"});
    });
    loop.post([self] {
      if (!self->is_closed) self->resolve();
    });
  }

  void resolve() {
    if (endpoint.is_unix()) {
      if (is_path_too_long(endpoint.path)) {
        close({Code::unavailable, "the socket's path is too long"});
        return;
      }
      addresses.emplace_back(asio::local::stream_protocol::endpoint{endpoint.path});
      connect_next({});
      return;
    }
    if (endpoint.port.empty()) {
      close({Code::unavailable, "missing port in address"});
      return;
    }
    const std::string host = endpoint.host.empty() ? "localhost" : endpoint.host;
    resolver.async_resolve(host, endpoint.port,
                           [self = shared_from_this()](const error_code& error, auto results) {
                             self->on_resolved(error, results);
                           });
  }

  template <class Results>
  void on_resolved(const error_code& error, const Results& results) {
    if (is_closed) return;
    if (error) {
      close(step_error("lookup", error));
      return;
    }
    for (const auto& result : results) addresses.emplace_back(result.endpoint());
    std::reverse(addresses.begin(), addresses.end());
    connect_next({});
  }

  void connect_next(const error_code& last_error) {
    if (addresses.empty()) {
      close(step_error("connect", last_error));
      return;
    }
    const Stream::endpoint address = addresses.back();
    addresses.pop_back();
    error_code ignored;
    socket.close(ignored);
    socket.async_connect(address, [self = shared_from_this()](const error_code& error) {
      if (self->is_closed) return;
      if (error) {
        self->connect_next(error);
      } else {
        self->on_connected();
      }
    });
  }

  void on_connected() {
    error_code ignored;
    if (!endpoint.is_unix()) socket.set_option(asio::ip::tcp::no_delay{true}, ignored);
    if (options.tls == nullptr) {
      start_http2();
      return;
    }
    tls.emplace(socket, *options.tls);
    tls->set_verify_callback(asio::ssl::host_name_verification{options.server_name}, ignored);
    send_server_name(tls->native_handle(), options.server_name);
    tls->async_handshake(
        asio::ssl::stream_base::client,
        [self = shared_from_this()](const error_code& error) { self->on_handshake(error); });
  }

  void on_handshake(const error_code& error) {
    if (is_closed) return;
    if (error) {
      close(step_error("TLS handshake", error));
      return;
    }
    const unsigned char* protocol = nullptr;
    unsigned int size = 0;
    SSL_get0_alpn_selected(tls->native_handle(), &protocol, &size);
    if (std::string_view{reinterpret_cast<const char*>(protocol), size} != "h2") {
      close({Code::unavailable, "TLS handshake: the peer does not offer HTTP/2"});
      return;
    }
    start_http2();
  }

  void start_http2() {
    is_connected = true;
    write();
    read();
  }

  // ---- Reading and writing

  template <class Operation>
  void on_stream(Operation operation) {
    if (tls) {
      operation(*tls);
    } else {
      operation(socket);
    }
  }

  void read() {
    on_stream([this](auto& stream) {
      stream.async_read_some(asio::buffer(input), [self = shared_from_this()](
                                                      const error_code& error, std::size_t size) {
        self->on_read(error, size);
      });
    });
  }

  void on_read(const error_code& error, std::size_t size) {
    if (is_closed) return;
    if (error) {
      const bool is_end = error == asio::error::eof || error == asio::ssl::error::stream_truncated;
      close(is_end ? Error{Code::unavailable, "error reading from server: EOF"}
                   : step_error("error reading from server", error));
      return;
    }
    last_heard = std::chrono::steady_clock::now();
    if (is_ping_awaited) arm_keepalive();
    const Status ok = h2.receive({input.data(), size});
    if (h2.is_ready() && !is_ready) on_ready();
    dispatch();
    if (is_closed) return;
    if (!ok) {
      close(ok.error());
      return;
    }
    flush();
    read();
  }

  void on_ready() {
    is_ready = true;
    connect_timer.cancel();
    if (options.keepalive_time.count() > 0) arm_keepalive();
    events.ready();
  }

  // Tells what receive() and take_output() noted. Each call may close or destroy the connection.
  void dispatch() {
    if (!is_closed && h2.go_away() && !is_going_away) {
      is_going_away = true;
      events.going_away();
    }
    for (const StreamNumber stream : h2.take_touched()) {
      if (is_closed) return;
      events.touched(stream);
    }
  }

  void flush() {
    if (is_flush_posted || is_closed) return;
    is_flush_posted = true;
    loop.post([self = shared_from_this()] {
      self->is_flush_posted = false;
      if (!self->is_closed) self->write();
    });
  }

  void write() {
    if (is_writing || !is_connected) return;
    output.clear();
    if (const Status ok = h2.take_output(output, kWriteBytesMax); !ok) {
      close(ok.error());
      return;
    }
    if (!output.empty()) {
      is_writing = true;
      on_stream([this](auto& stream) {
        asio::async_write(stream, asio::buffer(output),
                          [self = shared_from_this()](const error_code& error, std::size_t) {
                            self->on_written(error);
                          });
      });
    }
    dispatch();
  }

  void on_written(const error_code& error) {
    is_writing = false;
    if (is_closed) return;
    if (error) {
      close(step_error("error writing to server", error));
      return;
    }
    write();
  }

  // ---- Keepalive

  void arm_keepalive() {
    is_ping_awaited = false;
    keepalive_timer.set(options.keepalive_time, [this] { on_keepalive(); });
  }

  void on_keepalive() {
    const auto silence = std::chrono::steady_clock::now() - last_heard;
    if (h2.open_streams() == 0 || silence < options.keepalive_time) {
      arm_keepalive();
      return;
    }
    h2.ping();
    flush();
    is_ping_awaited = true;  // until anything at all is heard
    keepalive_timer.set(options.keepalive_timeout, [this] {
      close({Code::unavailable, "keepalive ping failed to receive ACK within timeout"});
    });
  }

  // ---- The end

  void close(const Error& error) {
    if (is_closed) return;
    auto self = shared_from_this();  // the one who is told may destroy the connection
    release();
    events.closed(error);
  }

  void release() {
    is_closed = true;
    connect_timer.cancel();
    keepalive_timer.cancel();
    resolver.cancel();
    error_code ignored;
    socket.close(ignored);
  }
};

Connection::Connection(EventLoop& loop, Endpoint endpoint, const ConnectionOptions& options,
                       Events events)
    : state_{std::make_shared<State>(loop, std::move(endpoint), options, std::move(events))} {
  state_->start();
}

Connection::~Connection() {
  state_->release();
}

H2Client& Connection::h2() {
  return state_->h2;
}

void Connection::flush() {
  state_->flush();
}

}  // namespace quorate::grpc
