#include "common/grpc/status.h"

#include <array>
#include <charconv>
#include <limits>

namespace quorate::grpc {
namespace {

using std::chrono::nanoseconds;

constexpr std::int64_t kTimeoutDigitsMax = 99'999'999;  // eight digits

struct Unit {
  char letter;
  std::int64_t nanos;
};
constexpr std::array<Unit, 6> kUnits{{{'n', 1},
                                      {'u', 1'000},
                                      {'m', 1'000'000},
                                      {'S', 1'000'000'000},
                                      {'M', 60'000'000'000},
                                      {'H', 3'600'000'000'000}}};

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

template <class Number>
std::optional<Number> parse_decimal(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::string percent_encode(std::string_view text) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte <= 0x7e && c != '%') {
      out += c;
    } else {
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
  return out;
}

std::string percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && text.size() - i > 2) {
      const int high = hex_digit(text[i + 1]);
      const int low = hex_digit(text[i + 2]);
      if (high >= 0 && low >= 0) {
        out += static_cast<char>(high * 16 + low);
        i += 2;
        continue;
      }
    }
    out += text[i];
  }
  return out;
}

std::optional<nanoseconds> parse_timeout(std::string_view text) {
  if (text.size() < 2 || text.size() > 9) return std::nullopt;
  if (text.front() < '0' || text.front() > '9') return std::nullopt;
  const auto digits = parse_decimal<std::int64_t>(text.substr(0, text.size() - 1));
  if (!digits) return std::nullopt;
  for (const Unit& unit : kUnits) {
    if (unit.letter != text.back()) continue;
    if (*digits > std::numeric_limits<std::int64_t>::max() / unit.nanos) return nanoseconds::max();
    return nanoseconds{*digits * unit.nanos};
  }
  return std::nullopt;
}

std::string format_timeout(nanoseconds timeout) {
  if (timeout.count() <= 0) return "0n";
  for (const Unit& unit : kUnits) {
    const std::int64_t whole = timeout.count() / unit.nanos;
    const std::int64_t rounded_up = timeout.count() % unit.nanos > 0 ? whole + 1 : whole;
    if (rounded_up <= kTimeoutDigitsMax) return std::to_string(rounded_up) + unit.letter;
  }
  return std::to_string(kTimeoutDigitsMax) + 'H';
}

std::optional<Code> parse_status(std::string_view text) {
  const auto number = parse_decimal<std::int32_t>(text);
  if (!number || *number < 0) return std::nullopt;
  return static_cast<Code>(*number);
}

Code code_of_http_status(int http_status) {
  switch (http_status) {
    case 400:
      return Code::internal;
    case 401:
      return Code::unauthenticated;
    case 403:
      return Code::permission_denied;
    case 404:
      return Code::unimplemented;
    case 429:
    case 502:
    case 503:
    case 504:
      return Code::unavailable;
    default:
      return Code::unknown;
  }
}

std::string_view http_status_text(int http_status) {
  struct Name {
    int status;
    std::string_view text;
  };
  static constexpr std::array<Name, 20> kNames{{{200, "OK"},
                                                {204, "No Content"},
                                                {301, "Moved Permanently"},
                                                {302, "Found"},
                                                {307, "Temporary Redirect"},
                                                {308, "Permanent Redirect"},
                                                {400, "Bad Request"},
                                                {401, "Unauthorized"},
                                                {403, "Forbidden"},
                                                {404, "Not Found"},
                                                {405, "Method Not Allowed"},
                                                {408, "Request Timeout"},
                                                {413, "Request Entity Too Large"},
                                                {415, "Unsupported Media Type"},
                                                {429, "Too Many Requests"},
                                                {500, "Internal Server Error"},
                                                {501, "Not Implemented"},
                                                {502, "Bad Gateway"},
                                                {503, "Service Unavailable"},
                                                {504, "Gateway Timeout"}}};
  for (const Name& name : kNames) {
    if (name.status == http_status) return name.text;
  }
  return {};
}

namespace {

struct ResetMeaning {
  std::string_view name;
  Code code;
};
// Indexed by the error code, 0 to 13.
constexpr std::array<ResetMeaning, 14> kResets{{{"NO_ERROR", Code::internal},
                                                {"PROTOCOL_ERROR", Code::internal},
                                                {"INTERNAL_ERROR", Code::internal},
                                                {"FLOW_CONTROL_ERROR", Code::resource_exhausted},
                                                {"SETTINGS_TIMEOUT", Code::internal},
                                                {"STREAM_CLOSED", Code::internal},
                                                {"FRAME_SIZE_ERROR", Code::internal},
                                                {"REFUSED_STREAM", Code::unavailable},
                                                {"CANCEL", Code::cancelled},
                                                {"COMPRESSION_ERROR", Code::internal},
                                                {"CONNECT_ERROR", Code::internal},
                                                {"ENHANCE_YOUR_CALM", Code::resource_exhausted},
                                                {"INADEQUATE_SECURITY", Code::permission_denied},
                                                {"HTTP_1_1_REQUIRED", Code::internal}}};

}  // namespace

Code code_of_reset(std::uint32_t http2_error) {
  return http2_error < kResets.size() ? kResets[http2_error].code : Code::unknown;
}

std::string http2_error_name(std::uint32_t http2_error) {
  if (http2_error < kResets.size()) return std::string{kResets[http2_error].name};
  return "unknown error code " + std::to_string(http2_error);
}

}  // namespace quorate::grpc
