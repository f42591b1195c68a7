#include "server/net/http2_head.h"

#include <algorithm>

#include <nghttp2/nghttp2.h>

namespace quorate::net {
namespace {

constexpr std::size_t kKeptBytes = 16 * 1024;
// What a field counts for besides its text.
constexpr std::size_t kFieldBytes = 32;

const std::uint8_t* bytes_of(std::string_view text) {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

bool is_sound(std::string_view name, std::string_view value) {
  return nghttp2_check_header_name(bytes_of(name), name.size()) != 0 &&
         nghttp2_check_header_value_rfc9113(bytes_of(value), value.size()) != 0;
}

// What only concerns a connection has no meaning in HTTP/2 (§8.2.2).
bool is_of_connection(std::string_view name, std::string_view value) {
  if (name == "te") return value != "trailers";
  return name == "connection" || name == "keep-alive" || name == "proxy-connection" ||
         name == "transfer-encoding" || name == "upgrade";
}

bool is_visible(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c != '\x7f'; });
}

}  // namespace

void Http2Head::begin(std::int32_t stream) {
  stream_ = stream;
  method_.clear();
  scheme_.clear();
  target_.clear();
  authority_.clear();
  headers_.clear();
  bytes_ = 0;
  seen_ = 0;
  is_malformed_ = false;
}

void Http2Head::shrink() {
  if (bytes_ > kKeptBytes) *this = {};
}

void Http2Head::add(std::string_view name, std::string_view value) {
  bytes_ += name.size() + value.size() + kFieldBytes;
  if (!name.empty() && name.front() == ':') return add_pseudo(name, value);
  if (!is_sound(name, value) || is_of_connection(name, value)) is_malformed_ = true;
  headers_.add(name, value);
}

void Http2Head::add_pseudo(std::string_view name, std::string_view value) {
  // They come before all others, and there is no trailer or extension that we know of (§8.3).
  if (headers_.size() > 0) is_malformed_ = true;
  if (name == ":method") {
    take(Pseudo::method, method_, value);
  } else if (name == ":scheme") {
    take(Pseudo::scheme, scheme_, value);
  } else if (name == ":path") {
    take(Pseudo::path, target_, value);
  } else if (name == ":authority") {
    take(Pseudo::authority, authority_, value);
  } else {
    is_malformed_ = true;
  }
}

void Http2Head::take(Pseudo which, std::string& field, std::string_view value) {
  if (has(which) || !is_visible(value)) is_malformed_ = true;
  seen_ |= static_cast<unsigned>(which);
  field = value;
}

bool Http2Head::finish() {
  stream_ = 0;
  const bool has_host = has(Pseudo::authority) || headers_.has("host");
  return !is_malformed_ && has(Pseudo::method) && has(Pseudo::scheme) && has_host &&
         has_sound_target();
}

// CONNECT is not served, whatever its form; OPTIONS may ask about the server as a whole.
bool Http2Head::has_sound_target() const {
  if (!has(Pseudo::path) || target_.empty()) return false;
  return target_.front() == '/' || (target_ == "*" && method_ == "OPTIONS");
}

RequestHead Http2Head::request() const {
  RequestHead head;
  head.version = HttpVersion::http2;
  head.method = method_;
  const std::string_view target{target_};
  const auto question = target.find('?');
  head.path = target.substr(0, question);
  if (question != std::string_view::npos) head.query = target.substr(question + 1);
  head.authority = authority_;
  head.headers = &headers_;
  return head;
}

}  // namespace quorate::net
