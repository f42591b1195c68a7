#include "common/hex.h"

#include <array>
#include <charconv>

#include "common/go_text.h"

namespace quorate {

std::string to_hex(std::uint64_t number) {
  std::array<char, 16> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, 16).ptr;
  return {digits.data(), end};
}

Result<std::uint64_t> parse_hex(std::string_view text) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number, 16);
  if (text.empty() || text.size() > 16 || error != std::errc{} || stop != end) {
    return Error{Code::invalid_argument, go_quoted(text) + " is not a hexadecimal number"};
  }
  return number;
}

}  // namespace quorate
