#include "ctl/cli/go_number.h"

#include <charconv>

#include "common/go_text.h"

namespace quorate::ctl {
namespace {

template <class Number>
Result<Number> parse(std::string_view function, std::string_view text, std::string_view digits,
                     int base) {
  Number number{};
  const char* end = digits.data() + digits.size();
  const auto [at, error] = std::from_chars(digits.data(), end, number, base);
  if (error == std::errc{} && at == end) return number;
  const bool is_too_large = error == std::errc::result_out_of_range && at == end;
  return Error{Code::invalid_argument,
               "strconv." + std::string{function} + ": parsing " + go_quoted(text) +
                   (is_too_large ? ": value out of range" : ": invalid syntax")};
}

}  // namespace

Result<std::int64_t> parse_int(std::string_view text, int base) {
  std::string_view digits = text;
  const bool has_plus = digits.starts_with('+') && !digits.substr(1).starts_with('-');
  if (has_plus) digits.remove_prefix(1);
  return parse<std::int64_t>("ParseInt", text, digits, base);
}

Result<std::uint64_t> parse_uint(std::string_view text, int base) {
  return parse<std::uint64_t>("ParseUint", text, text, base);
}

}  // namespace quorate::ctl
