#include "server/net/http1_head.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

#include <boost/beast/http/status.hpp>

namespace quorate::net {
namespace {

void append_number(int number, std::string& out) {
  std::array<char, 12> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

}  // namespace

void append_canonical_name(std::string_view lower, std::string& out) {
  bool starts_word = true;
  for (char c : lower) {
    out += starts_word && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    starts_word = c == '-';
  }
}

std::string_view reason_phrase(int status) {
  const auto text =
      boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(status));
  return {text.data(), text.size()};
}

std::string http_date(std::time_t when) {
  std::tm parts{};
  gmtime_r(&when, &parts);
  std::array<char, 40> text;
  const auto size = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return {text.data(), size};
}

void append_status_line(MinorVersion version, int status, std::string_view phrase,
                        std::string& out) {
  out += version == MinorVersion::http10 ? "HTTP/1.0 " : "HTTP/1.1 ";
  append_number(status, out);
  out += ' ';
  out += phrase.empty() ? reason_phrase(status) : phrase;
  out += "\r\n";
}

void append_fields(const HeaderLines& headers, std::string& out) {
  for (const auto& line : headers) {
    append_canonical_name(line.name, out);
    out += ": ";
    out += line.value;
    out += "\r\n";
  }
}

Target split_target(std::string_view target) {
  Target out;
  if (const auto scheme_end = target.find("://");
      scheme_end != std::string_view::npos && target.front() != '/') {
    target.remove_prefix(scheme_end + 3);
    out.authority = target.substr(0, target.find_first_of("/?"));
    target.remove_prefix(out.authority.size());
  }
  const auto question = target.find('?');
  out.path = target.substr(0, question);
  if (out.path.empty()) out.path = "/";
  if (question != std::string_view::npos) out.query = target.substr(question + 1);
  return out;
}

namespace {

std::size_t count(const Headers& headers, std::string_view name) {
  std::size_t found = 0;
  for (std::size_t i = 0; i < headers.size(); ++i) found += headers[i].name == name ? 1 : 0;
  return found;
}

// The characters of a host and port (RFC 3986 §3.2.2), as Go checks them.
bool is_host(std::string_view host) {
  constexpr std::string_view kAllowed = "!$%&'()*+,-.:;=[]_~";
  for (const char c : host) {
    const bool is_alphanumeric =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!is_alphanumeric && kAllowed.find(c) == std::string_view::npos) return false;
  }
  return true;
}

bool is_chunked(std::string_view coding) {
  constexpr std::string_view kChunked = "chunked";
  return std::equal(coding.begin(), coding.end(), kChunked.begin(), kChunked.end(),
                    [](char a, char b) { return (a | 0x20) == b; });
}

}  // namespace

// Statuses and texts are those of Go's server.
Refusal check_head(const Headers& headers, MinorVersion version) {
  const std::size_t hosts = count(headers, "host");
  if (version == MinorVersion::http11 && hosts == 0) {
    return {400, "Bad Request: missing required Host header",
            "400 Bad Request: missing required Host header"};
  }
  if (hosts > 1) return {400, {}, "400 Bad Request"};
  if (!is_host(headers.find("host"))) {
    return {400, "Bad Request: malformed Host header", "400 Bad Request: malformed Host header"};
  }
  // Any other coding would hide where the request ends (RFC 9112 §6.3).
  if (count(headers, "transfer-encoding") > 1 ||
      (headers.has("transfer-encoding") && !is_chunked(headers.find("transfer-encoding")))) {
    return {501, {}, "Unsupported transfer encoding"};
  }
  return {};
}

Refusal check_target(std::string_view method, std::string_view target) {
  const bool is_good = target.empty() || target.front() == '/' || target == "*" ||
                       method == "CONNECT" || target.find("://") != std::string_view::npos;
  if (!is_good) return {400, {}, "400 Bad Request"};
  target = target.substr(0, target.find('?'));
  for (auto at = target.find('%'); at != std::string_view::npos; at = target.find('%', at + 1)) {
    const auto is_hex = [&](std::size_t i) {
      return i < target.size() && std::isxdigit(static_cast<unsigned char>(target[i])) != 0;
    };
    if (!is_hex(at + 1) || !is_hex(at + 2)) return {400, {}, "400 Bad Request"};
  }
  return {};
}

}  // namespace quorate::net
