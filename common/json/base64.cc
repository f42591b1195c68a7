#include "common/json/base64.h"

#include <array>
#include <cstdint>

namespace quorate::json {

namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kNone = 0xff;

constexpr std::array<std::uint8_t, 256> kValues = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(kNone);
  for (std::uint8_t i = 0; i < 64; ++i) values[static_cast<unsigned char>(kAlphabet[i])] = i;
  values['-'] = 62;  // URL-safe
  values['_'] = 63;
  return values;
}();

std::uint8_t value_of(char c) {
  return kValues[static_cast<unsigned char>(c)];
}

bool is_line_break(char c) {
  return c == '\n' || c == '\r';
}

std::size_t skip_line_breaks(std::string_view text, std::size_t at) {
  while (at < text.size() && is_line_break(text[at])) ++at;
  return at;
}

// What follows the first '=' at `at`; `digits` of the last group came before it.
std::optional<std::size_t> check_padding(std::string_view text, std::size_t at, int digits) {
  if (digits < 2) return at;
  std::size_t next = skip_line_breaks(text, at + 1);
  if (digits == 2) {
    if (next == text.size()) return text.size();
    if (text[next] != '=') return next - 1;
    next = skip_line_breaks(text, next + 1);
  }
  if (next < text.size()) return next;
  return std::nullopt;
}

}  // namespace

void append_base64(std::string_view bytes, std::string& out) {
  std::size_t to = out.size();
  out.resize(to + (bytes.size() + 2) / 3 * 4, '=');
  const auto byte = [&bytes](std::size_t i) -> std::uint32_t {
    return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0;
  };
  for (std::size_t from = 0; from < bytes.size(); from += 3) {
    const std::uint32_t group = byte(from) << 16 | byte(from + 1) << 8 | byte(from + 2);
    out[to++] = kAlphabet[group >> 18];
    out[to++] = kAlphabet[group >> 12 & 63];
    if (from + 1 < bytes.size()) out[to++] = kAlphabet[group >> 6 & 63];
    if (from + 2 < bytes.size()) out[to++] = kAlphabet[group & 63];
  }
}

std::optional<std::size_t> decode_base64(std::string_view text, std::string& out) {
  out.resize(text.size() / 4 * 3 + 3);
  char* to = out.data();
  std::uint32_t group = 0;
  int digits = 0;  // of the group begun
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    const std::uint8_t value = value_of(text[at]);
    if (value == kNone) {
      if (is_line_break(text[at])) continue;
      break;
    }
    group = group << 6 | value;
    if (++digits < 4) continue;
    *to++ = static_cast<char>(group >> 16);
    *to++ = static_cast<char>(group >> 8);
    *to++ = static_cast<char>(group);
    digits = 0;
  }
  if (at < text.size()) {
    if (text[at] != '=') return at;
    if (const auto wrong = check_padding(text, at, digits)) return wrong;
  } else if (digits == 1) {
    return text.size() - 1;
  }
  if (digits >= 2) *to++ = static_cast<char>(group >> (digits == 2 ? 4 : 10));
  if (digits == 3) *to++ = static_cast<char>(group >> 2);
  out.resize(static_cast<std::size_t>(to - out.data()));
  return std::nullopt;
}

}  // namespace quorate::json
