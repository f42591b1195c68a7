#include "common/json/string_literal.h"

#include <array>
#include <charconv>
#include <cstdint>

#include "common/ensure.h"
#include "common/json/utf8.h"

namespace quorate::json {

namespace {

bool is_high_surrogate(char32_t unit) {
  return unit >= 0xd800 && unit <= 0xdbff;
}
bool is_low_surrogate(char32_t unit) {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

// The number behind "\u" if `text` begins with such an escape, else 0.
char32_t escaped_unit(std::string_view text) {
  if (text.size() < 6 || text[0] != '\\' || text[1] != 'u') return 0;
  std::uint32_t unit = 0;
  std::from_chars(text.data() + 2, text.data() + 6, unit, 16);
  return unit;
}

// Takes one escape off the front of `rest`.
void take_escape(std::string_view& rest, std::string& out) {
  static constexpr std::string_view kNames = "\"\\/bfnrt";
  static constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  ENSURE(rest.size() >= 2);
  if (rest[1] != 'u') {
    out.push_back(kMeanings[kNames.find(rest[1])]);
    rest.remove_prefix(2);
    return;
  }
  const char32_t unit = escaped_unit(rest);
  rest.remove_prefix(6);
  const char32_t low = is_high_surrogate(unit) ? escaped_unit(rest) : 0;
  if (!is_low_surrogate(low)) return append_utf8(unit, out);
  append_utf8(0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00), out);
  rest.remove_prefix(6);
}

// ASCII that stands for itself in a string we write.
constexpr std::array<bool, 256> kPlain = [] {
  std::array<bool, 256> plain{};
  for (std::size_t c = 0x20; c < 0x80; ++c) plain[c] = true;
  for (const unsigned char c : {'"', '\\', '<', '>', '&'}) plain[c] = false;
  return plain;
}();

void append_unit_escape(char32_t unit, std::string& out) {
  static constexpr std::string_view kHexDigits = "0123456789abcdef";
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out.push_back(kHexDigits[unit >> shift & 0xf]);
}

void append_escaped(const Utf8Character& character, std::string& out) {
  switch (character.code) {
    case '"':
      out += "\\\"";
      break;
    case '\\':
      out += "\\\\";
      break;
    case '\n':
      out += "\\n";
      break;
    case '\r':
      out += "\\r";
      break;
    case '\t':
      out += "\\t";
      break;
    default: {
      const bool is_separator = character.code == 0x2028 || character.code == 0x2029;
      if (character.is_valid && character.code >= 0x80 && !is_separator) {
        append_utf8(character.code, out);
      } else {
        append_unit_escape(character.code, out);
      }
    }
  }
}

}  // namespace

void unescape(std::string_view literal, std::string& out) {
  out.clear();
  while (!literal.empty()) {
    if (literal[0] == '\\') {
      take_escape(literal, out);
    } else {
      const Utf8Character character = next_character(literal);
      append_utf8(character.code, out);
      literal.remove_prefix(character.bytes);
    }
  }
}

void append_string(std::string_view text, std::string& out) {
  out.push_back('"');
  while (!text.empty()) {
    std::size_t plain = 0;
    while (plain < text.size() && kPlain[static_cast<unsigned char>(text[plain])]) ++plain;
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) break;
    const Utf8Character character = next_character(text);
    append_escaped(character, out);
    text.remove_prefix(character.bytes);
  }
  out.push_back('"');
}

}  // namespace quorate::json
