#include "ctl/client/http_get.h"

#include <optional>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>
#include <openssl/ssl.h>

#include "common/grpc/endpoint.h"

namespace quorate::ctl {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

// One request on one connection. HTTP/1.0, so that the answer ends where the connection does.
class Request {
 public:
  Request(EventLoop& loop, grpc::Endpoint endpoint, const std::string& target)
      : endpoint_{std::move(endpoint)},
        text_{fmt::format("GET {} HTTP/1.0\r\nHost: {}\r\nConnection: close\r\n\r\n", target,
                          endpoint_.authority)},
        resolver_{loop.context()},
        socket_{loop.context()} {}

  void start(const grpc::TlsContext& context) {
    if (context != nullptr) make_tls(*context);
    resolver_.async_resolve(endpoint_.host, endpoint_.port,
                            [this](const error_code& error, const auto& addresses) {
                              if (error) return fail("lookup", error);
                              connect(addresses);
                            });
  }

  // Set at the end: all that was received, or why it failed.
  [[nodiscard]] const std::optional<Result<std::string>>& end() const { return end_; }
  // Whatever is under way ends at once.
  void cancel() {
    resolver_.cancel();
    error_code ignored;
    socket_.close(ignored);
  }

 private:
  void make_tls(asio::ssl::context& context) {
    tls_.emplace(socket_, context);
    static constexpr unsigned char kAlpn[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    SSL_set_alpn_protos(tls_->native_handle(), kAlpn, sizeof kAlpn);
    error_code ignored;
    if (SSL_CTX_get_verify_mode(context.native_handle()) != SSL_VERIFY_NONE) {
      tls_->set_verify_callback(asio::ssl::host_name_verification{endpoint_.server_name}, ignored);
    }
  }

  void connect(const asio::ip::tcp::resolver::results_type& addresses) {
    asio::async_connect(socket_, addresses, [this](const error_code& error, const auto&) {
      if (error) return fail("connect", error);
      if (!tls_) return write(socket_);
      tls_->async_handshake(asio::ssl::stream_base::client, [this](const error_code& refused) {
        if (refused) return fail("TLS handshake", refused);
        write(*tls_);
      });
    });
  }

  template <class Stream>
  void write(Stream& stream) {
    asio::async_write(stream, asio::buffer(text_),
                      [this, &stream](const error_code& error, std::size_t) {
                        if (error) return fail("write", error);
                        read(stream);
                      });
  }

  template <class Stream>
  void read(Stream& stream) {
    asio::async_read(stream, asio::dynamic_buffer(answer_),
                     [this](const error_code& error, std::size_t) {
                       const bool is_end =
                           error == asio::error::eof || error == asio::ssl::error::stream_truncated;
                       if (!is_end) return fail("read", error);
                       end_ = std::move(answer_);
                     });
  }

  void fail(const char* step, const error_code& error) {
    end_ = Error{Code::unavailable, fmt::format("{}: {}", step, error.message())};
  }

  const grpc::Endpoint endpoint_;
  const std::string text_;
  asio::ip::tcp::resolver resolver_;
  asio::ip::tcp::socket socket_;
  std::optional<asio::ssl::stream<asio::ip::tcp::socket&>> tls_;
  std::string answer_;
  std::optional<Result<std::string>> end_;
};

Result<std::string> body_of(const std::string& answer) {
  const auto status = answer.substr(0, answer.find("\r\n"));
  const auto head_end = answer.find("\r\n\r\n");
  const bool is_good = status.starts_with("HTTP/1.") && status.find(" 200") != std::string::npos;
  if (!is_good || head_end == std::string::npos) {
    return Error{Code::unavailable, "the server answers " + status};
  }
  return answer.substr(head_end + 4);
}

}  // namespace

Result<std::string> http_get(EventLoop& loop, const std::string& endpoint,
                             const std::string& target, const grpc::TlsSettings& tls,
                             bool wants_tls, Deadline deadline) {
  const grpc::Endpoint parsed = grpc::parse_endpoint(endpoint);
  if (parsed.is_unix()) return Error{Code::unavailable, "not over a unix socket"};
  grpc::TlsContext context;
  if (grpc::wants_tls({endpoint}, wants_tls)) {
    auto made = grpc::make_tls_context(tls);
    if (!made) return made.error();
    context = std::move(*made);
  }
  Request request{loop, parsed, target};
  request.start(context);
  const auto is_over = [&] { return request.end().has_value(); };
  if (!loop.run_until(is_over, deadline.value_or(EventLoop::Instant::max()))) {
    request.cancel();
    loop.run_until(is_over);  // its callbacks refer to it
    return Error{Code::deadline_exceeded, "context deadline exceeded"};
  }
  if (!*request.end()) return request.end()->error();
  return body_of(**request.end());
}

}  // namespace quorate::ctl
