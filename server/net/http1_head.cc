#include "server/net/http1_head.h"

#include <array>
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

void append_head(int status, const HeaderLines& headers, std::string& out) {
  out += "HTTP/1.1 ";
  append_number(status, out);
  out += ' ';
  out += reason_phrase(status);
  out += "\r\n";
  for (const auto& line : headers) {
    append_canonical_name(line.name, out);
    out += ": ";
    out += line.value;
    out += "\r\n";
  }
}

}  // namespace quorate::net
