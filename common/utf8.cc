#include "common/utf8.h"

#include <cstdint>

#include "common/ensure.h"

namespace quorate {
namespace {

// What the first byte promises: how many bytes follow and the range of the second one.
struct Lead {
  std::size_t length = 0;
  std::uint8_t second_low = 0x80;
  std::uint8_t second_high = 0xbf;
};

// RFC 3629 section 4, the table of byte sequences.
Lead lead(std::uint8_t first) {
  if (first < 0x80) return {1};
  if (first >= 0xc2 && first <= 0xdf) return {2};
  if (first == 0xe0) return {3, 0xa0, 0xbf};
  if (first == 0xed) return {3, 0x80, 0x9f};
  if (first >= 0xe1 && first <= 0xef) return {3};
  if (first == 0xf0) return {4, 0x90, 0xbf};
  if (first >= 0xf1 && first <= 0xf3) return {4};
  if (first == 0xf4) return {4, 0x80, 0x8f};
  return {0};
}

}  // namespace

std::size_t utf8_length(std::string_view bytes) {
  if (bytes.empty()) return 0;
  const auto at = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
  const Lead form = lead(at(0));
  if (form.length > bytes.size()) return 0;
  if (form.length >= 2 && (at(1) < form.second_low || at(1) > form.second_high)) return 0;
  for (std::size_t i = 2; i < form.length; ++i) {
    if ((at(i) & 0xc0) != 0x80) return 0;
  }
  return form.length;
}

char32_t utf8_character(std::string_view bytes) {
  const std::size_t length = utf8_length(bytes);
  ENSURE(length > 0);
  const auto at = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
  if (length == 1) return at(0);
  char32_t character = at(0) & (0x7fu >> length);
  for (std::size_t i = 1; i < length; ++i) character = character << 6 | (at(i) & 0x3fu);
  return character;
}

}  // namespace quorate
