#include "common/json/go_quote.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "common/json/utf8.h"

namespace quorate::json {

namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

void append_hex(char32_t number, int digits, std::string& out) {
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
    out.push_back(kHexDigits[number >> shift & 0xf]);
  }
}

// Spaces other than the plain one, controls, format characters, private use, not characters.
bool is_visible(char32_t code) {
  using Block = std::pair<char32_t, char32_t>;
  static constexpr std::array<Block, 11> kHidden{{{0x0000, 0x001f},
                                                  {0x007f, 0x00a0},
                                                  {0x00ad, 0x00ad},
                                                  {0x1680, 0x1680},
                                                  {0x2000, 0x200f},
                                                  {0x2028, 0x202f},
                                                  {0x205f, 0x206f},
                                                  {0x3000, 0x3000},
                                                  {0xe000, 0xf8ff},
                                                  {0xfeff, 0xfeff},
                                                  {0xe0000, 0x10ffff}}};
  return std::none_of(kHidden.begin(), kHidden.end(), [code](const Block& block) {
    return code >= block.first && code <= block.second;
  });
}

void append_hidden(char32_t code, std::string& out) {
  static constexpr std::string_view kNamed = "abtnvfr";  // 7 to 13
  if (code >= 7 && code <= 13) {
    out += {'\\', kNamed[code - 7]};
  } else if (code < 0x80) {
    out += "\\x";
    append_hex(code, 2, out);
  } else if (code < 0x10000) {
    out += "\\u";
    append_hex(code, 4, out);
  } else {
    out += "\\U";
    append_hex(code, 8, out);
  }
}

void append_character(char32_t code, char quote, std::string& out) {
  if (code == static_cast<unsigned char>(quote) || code == '\\') {
    out += {'\\', static_cast<char>(code)};
  } else if (is_visible(code)) {
    append_utf8(code, out);
  } else {
    append_hidden(code, out);
  }
}

}  // namespace

void append_quoted(std::string_view text, std::string& out) {
  out.push_back('"');
  while (!text.empty()) {
    const Utf8Character character = next_character(text);
    if (character.is_valid) {
      append_character(character.code, '"', out);
    } else {
      out += "\\x";
      append_hex(static_cast<unsigned char>(text[0]), 2, out);
    }
    text.remove_prefix(character.bytes);
  }
  out.push_back('"');
}

std::string quote_character(char c) {
  std::string out = "'";
  append_character(static_cast<unsigned char>(c), '\'', out);
  out.push_back('\'');
  return out;
}

}  // namespace quorate::json
