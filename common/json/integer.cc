#include "common/json/integer.h"

#include <algorithm>

namespace quorate::json {

namespace {

constexpr std::ptrdiff_t kDigitsMax = 20;  // of a 64-bit integer

// The exponent, cut to +-10^6: beyond the length of any number we are given.
std::ptrdiff_t exponent_of(std::string_view text) {
  if (text.empty()) return 0;
  const bool is_negative = text[0] == '-';
  if (is_negative || text[0] == '+') text.remove_prefix(1);
  std::ptrdiff_t exponent = 0;
  for (const char digit : text) {
    exponent = std::min<std::ptrdiff_t>(exponent * 10 + (digit - '0'), 1'000'000'000);
  }
  return is_negative ? -exponent : exponent;
}

}  // namespace

std::optional<std::string> whole_digits(std::string_view number) {
  const bool is_negative = number[0] == '-';
  if (is_negative) number.remove_prefix(1);
  const auto e = std::min(number.find_first_of("eE"), number.size());
  const auto exponent = exponent_of(number.substr(std::min(e + 1, number.size())));
  const std::string_view mantissa = number.substr(0, e);
  const auto dot = std::min(mantissa.find('.'), mantissa.size());

  std::string digits{mantissa.substr(0, dot)};
  digits += mantissa.substr(std::min(dot + 1, mantissa.size()));
  // Where the decimal point is, counted from the first digit that is not zero.
  const auto zeros = std::min(digits.find_first_not_of('0'), digits.size());
  const auto point =
      static_cast<std::ptrdiff_t>(dot) - static_cast<std::ptrdiff_t>(zeros) + exponent;
  digits.erase(0, zeros);
  digits.erase(digits.find_last_not_of('0') + 1);
  if (digits.empty()) return "0";
  if (point < static_cast<std::ptrdiff_t>(digits.size()) || point > kDigitsMax) return std::nullopt;
  digits.resize(static_cast<std::size_t>(point), '0');
  return is_negative ? "-" + digits : digits;
}

}  // namespace quorate::json
