#include "server/net/http1_parser.h"

#include <limits>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

namespace quorate::net {
namespace http = boost::beast::http;
using boost::beast::error_code;
using boost::beast::string_view;

namespace {
// The shortest end of a chunked body. The library ends the process (an assertion) when it gets its
// first three bytes and then only one more.
constexpr std::string_view kChunkedEnd = "0\r\n\r\n";

std::string_view std_view(string_view text) {
  return {text.data(), text.size()};
}
}  // namespace

class Http1Parser::Impl final : public http::basic_parser<true> {
 public:
  Impl(Http1Events& events, std::size_t header_bytes_max) : events_{events} {
    header_limit(static_cast<std::uint32_t>(header_bytes_max));
    body_limit(boost::none);  // whoever takes the body bounds it
    eager(true);
  }

  // Whether the head is complete and what follows is not the inside of a chunk.
  [[nodiscard]] bool awaits_chunk() const {
    return is_header_done() && chunked() && chunk_rest_ == 0;
  }

  std::string method;
  std::string target;
  Headers headers;
  int version = 11;  // 10 = HTTP/1.0
  Http1Fault fault = Http1Fault::none;

 private:
  void on_request_impl(http::verb, string_view method_text, string_view target_text,
                       int http_version, error_code&) override {
    version = http_version;
    method = std_view(method_text);
    target = std_view(target_text);
  }
  void on_response_impl(int, string_view, int, error_code&) override {}
  void on_field_impl(http::field, string_view name, string_view value, error_code&) override {
    lower_.assign(name.data(), name.size());
    for (char& c : lower_) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    headers.add(lower_, std_view(value));
  }
  void on_header_impl(error_code&) override { events_.on_head(); }
  void on_body_init_impl(boost::optional<std::uint64_t> const&, error_code&) override {}
  std::size_t on_body_impl(string_view body, error_code&) override {
    events_.on_body(std_view(body));
    return body.size();
  }
  void on_chunk_header_impl(std::uint64_t size, string_view, error_code&) override {
    chunk_rest_ = size;
  }
  std::size_t on_chunk_body_impl(std::uint64_t, string_view body, error_code&) override {
    chunk_rest_ -= body.size();
    events_.on_body(std_view(body));
    return body.size();
  }
  void on_finish_impl(error_code&) override { events_.on_request_end(); }

  Http1Events& events_;
  std::string lower_;
  std::uint64_t chunk_rest_ = 0;  // what is missing of the chunk under way
};

Http1Parser::Http1Parser(Http1Events& events, std::size_t header_bytes_max)
    : events_{events},
      header_bytes_max_{header_bytes_max},
      impl_{std::make_unique<Impl>(events, header_bytes_max)} {}

Http1Parser::~Http1Parser() = default;

std::size_t Http1Parser::put(std::string_view bytes) {
  std::size_t consumed = 0;
  while (consumed < bytes.size() && !impl_->is_done() && impl_->fault == Http1Fault::none) {
    error_code error;
    const auto rest = bytes.substr(consumed);
    if (impl_->awaits_chunk() && rest.size() < kChunkedEnd.size()) break;
    const std::size_t taken = impl_->put(boost::asio::buffer(rest.data(), rest.size()), error);
    consumed += taken;
    if (error == http::error::need_more) break;
    if (error == http::error::header_limit)
      impl_->fault = Http1Fault::headers_too_large;
    else if (error)
      impl_->fault = Http1Fault::malformed;
    else if (taken == 0)
      break;
  }
  return consumed;
}

Http1Fault Http1Parser::fault() const {
  return impl_->fault;
}
bool Http1Parser::is_head_done() const {
  return impl_->is_header_done();
}
bool Http1Parser::is_done() const {
  return impl_->is_done();
}
void Http1Parser::next_request() {
  impl_ = std::make_unique<Impl>(events_, header_bytes_max_);
}
std::string_view Http1Parser::method() const {
  return impl_->method;
}
std::string_view Http1Parser::target() const {
  return impl_->target;
}
const Headers& Http1Parser::headers() const {
  return impl_->headers;
}
bool Http1Parser::is_keep_alive() const {
  return impl_->keep_alive();
}
bool Http1Parser::is_http10() const {
  return impl_->version < 11;
}

}  // namespace quorate::net
