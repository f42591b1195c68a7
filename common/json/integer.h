// Integers as JSON writes numbers.
#pragma once

#include <charconv>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>

namespace quorate::json {

// A JSON number without '.' and exponent ("1.50e1" is "15"), or nothing if it has a fraction or far
// too many digits for any integer. Requires: `number` is a JSON number.
std::optional<std::string> whole_digits(std::string_view number);

// The number's value if it is whole and fits into T. Requires: `number` is a JSON number.
template <std::integral T>
std::optional<T> integer_of(std::string_view number) {
  T value{};
  const auto parse = [&value](std::string_view digits) {
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return parsed.ec == std::errc{} && parsed.ptr == digits.data() + digits.size();
  };
  if (parse(number)) return value;
  const auto digits = whole_digits(number);
  if (digits && parse(*digits)) return value;
  return std::nullopt;
}

}  // namespace quorate::json
