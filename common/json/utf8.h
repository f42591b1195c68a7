// UTF-8 (RFC 3629), one character at a time.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace quorate::json {

inline constexpr char32_t kReplacementCharacter = 0xfffd;

struct Utf8Character {
  char32_t code = kReplacementCharacter;
  std::size_t bytes = 1;
  bool is_valid = false;  // otherwise one byte that begins no character
};

// The character at the beginning of `text`. Requires: text is not empty.
Utf8Character next_character(std::string_view text);

// Requires: `code` <= 0x10ffff; a surrogate is written as the replacement character.
void append_utf8(char32_t code, std::string& out);

}  // namespace quorate::json
