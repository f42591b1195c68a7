#include "ctl/cli/go_literal.h"

#include "common/json/utf8.h"

namespace quorate::ctl {
namespace {

int digit_value(char c, int base) {
  int value = 99;
  if (c >= '0' && c <= '9') value = c - '0';
  if (c >= 'a' && c <= 'f') value = c - 'a' + 10;
  if (c >= 'A' && c <= 'F') value = c - 'A' + 10;
  return value < base ? value : -1;
}

// Reads exactly `digits` digits from the front of `text`.
bool take_number(std::string_view& text, int digits, int base, char32_t& value) {
  value = 0;
  for (; digits > 0; --digits) {
    const int digit = text.empty() ? -1 : digit_value(text.front(), base);
    if (digit < 0) return false;
    value = value * static_cast<char32_t>(base) + static_cast<char32_t>(digit);
    text.remove_prefix(1);
  }
  return true;
}

bool append_rune(std::string& out, char32_t value) {
  if (value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) return false;
  json::append_utf8(value, out);
  return true;
}

// One escape behind its backslash.
bool take_escape(std::string_view& text, std::string& out) {
  static constexpr std::string_view kLetters = "abfnrtv\\\"";
  static constexpr std::string_view kMeanings = "\a\b\f\n\r\t\v\\\"";
  if (text.empty()) return false;
  const char letter = text.front();
  if (const auto at = kLetters.find(letter); at != std::string_view::npos) {
    text.remove_prefix(1);
    out += kMeanings[at];
    return true;
  }
  char32_t value = 0;
  if (letter >= '0' && letter <= '7') {
    if (!take_number(text, 3, 8, value) || value > 255) return false;
    out += static_cast<char>(value);
    return true;
  }
  text.remove_prefix(1);
  switch (letter) {
    case 'x':
      if (!take_number(text, 2, 16, value)) return false;
      out += static_cast<char>(value);
      return true;
    case 'u':
      return take_number(text, 4, 16, value) && append_rune(out, value);
    case 'U':
      return take_number(text, 8, 16, value) && append_rune(out, value);
    default:
      return false;
  }
}

bool unquote_raw(std::string_view text, std::string& value, std::size_t& used) {
  const auto end = text.find('`', 1);
  if (end == std::string_view::npos) return false;
  value = text.substr(1, end - 1);
  std::erase(value, '\r');  // as in Go's raw literals
  used = end + 1;
  return true;
}

}  // namespace

bool unquote_prefix(std::string_view text, std::string& value, std::size_t& used) {
  value.clear();
  if (text.starts_with('`')) return unquote_raw(text, value, used);
  if (!text.starts_with('"')) return false;
  std::string_view rest = text.substr(1);
  while (!rest.empty() && rest.front() != '"') {
    const char c = rest.front();
    if (c == '\n') return false;
    rest.remove_prefix(1);
    if (c != '\\') {
      value += c;
    } else if (!take_escape(rest, value)) {
      return false;
    }
  }
  if (rest.empty()) return false;
  used = text.size() - rest.size() + 1;
  return true;
}

}  // namespace quorate::ctl
