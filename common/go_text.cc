#include "common/go_text.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>
#include <iterator>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "common/printable.h"
#include "common/utf8.h"

namespace quorate {
namespace {

Error bad(std::string message) {
  return Error{Code::invalid_argument, std::move(message)};
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// "12.5" out of 12500000 with 6 decimal places: zeros at the end are dropped, and the point if
// nothing follows it.
std::string decimal(std::uint64_t value, unsigned places) {
  std::uint64_t unit = 1;
  for (unsigned i = 0; i < places; ++i) unit *= 10;
  std::string text = std::to_string(value / unit);
  std::string fraction = fmt::format("{:0{}}", value % unit, places);
  while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
  if (places > 0 && !fraction.empty()) text += '.' + fraction;
  return text;
}

std::string below_a_second(std::uint64_t ns) {
  if (ns < 1'000) return decimal(ns, 0) + "ns";
  if (ns < 1'000'000) return decimal(ns, 3) + "µs";
  return decimal(ns, 6) + "ms";
}

// ---- Reading durations

constexpr std::uint64_t kDurationMax = std::uint64_t{1} << 63;  // of the absolute value

struct Unit {
  std::string_view name;
  std::uint64_t ns;
};
constexpr std::array<Unit, 8> kUnits{{{"ns", 1},
                                      {"us", 1'000},
                                      {"µs", 1'000},  // U+00B5
                                      {"μs", 1'000},  // U+03BC
                                      {"ms", 1'000'000},
                                      {"s", 1'000'000'000},
                                      {"m", 60'000'000'000},
                                      {"h", 3'600'000'000'000}}};

std::optional<std::uint64_t> unit_ns(std::string_view name) {
  for (const Unit& unit : kUnits) {
    if (unit.name == name) return unit.ns;
  }
  return std::nullopt;
}

struct Amount {
  std::uint64_t whole = 0;
  std::uint64_t fraction = 0;  // digits behind the point, as many as fit
  double scale = 1;            // 10 to the number of them
};

// "1.5" off the front of `text`. Nothing if there is no digit or the number is too large.
std::optional<Amount> take_amount(std::string_view& text) {
  Amount amount;
  bool has_digits = false;
  for (; !text.empty() && is_digit(text[0]); text.remove_prefix(1)) {
    has_digits = true;
    if (amount.whole > kDurationMax / 10) return std::nullopt;
    amount.whole = amount.whole * 10 + static_cast<std::uint64_t>(text[0] - '0');
    if (amount.whole > kDurationMax) return std::nullopt;
  }
  if (text.empty() || text[0] != '.') return has_digits ? std::optional{amount} : std::nullopt;
  text.remove_prefix(1);
  bool is_full = false;  // further digits are too small to matter
  for (; !text.empty() && is_digit(text[0]); text.remove_prefix(1)) {
    has_digits = true;
    is_full = is_full || amount.fraction > (kDurationMax - 1) / 10;
    if (is_full) continue;
    amount.fraction = amount.fraction * 10 + static_cast<std::uint64_t>(text[0] - '0');
    amount.scale *= 10;
  }
  return has_digits ? std::optional{amount} : std::nullopt;
}

std::string_view take_unit(std::string_view& text) {
  std::size_t size = 0;
  while (size < text.size() && text[size] != '.' && !is_digit(text[size])) ++size;
  const std::string_view unit = text.substr(0, size);
  text.remove_prefix(size);
  return unit;
}

// amount * unit; nothing when it does not fit.
std::optional<std::uint64_t> nanoseconds_of(const Amount& amount, std::uint64_t unit) {
  if (amount.whole > kDurationMax / unit) return std::nullopt;
  std::uint64_t ns = amount.whole * unit;
  ns += static_cast<std::uint64_t>(static_cast<double>(amount.fraction) *
                                   (static_cast<double>(unit) / amount.scale));
  return ns > kDurationMax ? std::nullopt : std::optional{ns};
}

// ---- Reading numbers

// Takes the prefix off the digits and says which base they are in.
unsigned take_base(std::string_view& digits) {
  if (digits.size() < 2 || digits[0] != '0') return 10;
  switch (digits[1] | 0x20) {
    case 'x':
      digits.remove_prefix(2);
      return 16;
    case 'b':
      digits.remove_prefix(2);
      return 2;
    case 'o':
      digits.remove_prefix(2);
      return 8;
    default:
      digits.remove_prefix(1);
      return 8;
  }
}

unsigned digit_value(char c) {
  if (is_digit(c)) return static_cast<unsigned>(c - '0');
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? static_cast<unsigned>(lower - 'a') + 10 : 99;
}

// An underscore may stand between digits, the base's prefix counting as one.
bool underscores_are_right(std::string_view text) {
  bool after_digit = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '_') {
      if (!after_digit || i + 1 == text.size() || digit_value(text[i + 1]) > 15) return false;
      after_digit = false;
    } else {
      after_digit = true;
    }
  }
  return true;
}

}  // namespace

std::string go_duration(std::chrono::nanoseconds duration) {
  const std::int64_t count = duration.count();
  if (count == 0) return "0s";
  const auto ns = count < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(count)
                            : static_cast<std::uint64_t>(count);
  const std::string sign = count < 0 ? "-" : "";
  if (ns < 1'000'000'000) return sign + below_a_second(ns);
  const std::uint64_t minutes = ns / 60'000'000'000;
  std::string text = sign;
  if (minutes >= 60) text += fmt::format("{}h", minutes / 60);
  if (minutes > 0) text += fmt::format("{}m", minutes % 60);
  return text + decimal(ns % 60'000'000'000, 9) + "s";
}

Result<std::chrono::nanoseconds> parse_go_duration(std::string_view text) {
  const auto invalid = [&] { return bad("time: invalid duration " + go_quoted(text)); };
  std::string_view rest = text;
  const bool is_negative = rest.starts_with('-');
  if (is_negative || rest.starts_with('+')) rest.remove_prefix(1);
  if (rest == "0") return std::chrono::nanoseconds{0};
  if (rest.empty()) return invalid();
  std::uint64_t total = 0;
  while (!rest.empty()) {
    const auto amount = take_amount(rest);
    if (!amount) return invalid();
    const std::string_view unit = take_unit(rest);
    if (unit.empty()) return bad("time: missing unit in duration " + go_quoted(text));
    const auto factor = unit_ns(unit);
    if (!factor) {
      return bad("time: unknown unit " + go_quoted(unit) + " in duration " + go_quoted(text));
    }
    const auto part = nanoseconds_of(*amount, *factor);
    if (!part || total + *part > kDurationMax) return invalid();
    total += *part;
  }
  if (is_negative) return std::chrono::nanoseconds{static_cast<std::int64_t>(0 - total)};
  if (total == kDurationMax) return invalid();
  return std::chrono::nanoseconds{static_cast<std::int64_t>(total)};
}

namespace {

void append_escape(std::string& out, char32_t character) {
  constexpr std::string_view kNamed = "abtnvfr";  // 7 to 13
  const auto to = std::back_inserter(out);
  if (character >= 7 && character <= 13) {
    out += {'\\', kNamed[character - 7u]};
  } else if (character < 0x80) {
    fmt::format_to(to, "\\x{:02x}", static_cast<std::uint32_t>(character));
  } else if (character < 0x10000) {
    fmt::format_to(to, "\\u{:04x}", static_cast<std::uint32_t>(character));
  } else {
    fmt::format_to(to, "\\U{:08x}", static_cast<std::uint32_t>(character));
  }
}

}  // namespace

std::string go_quoted(std::string_view text) {
  std::string out{'"'};
  while (!text.empty()) {
    const std::size_t size = utf8_length(text);
    const char32_t character = size == 0 ? 0 : utf8_character(text);
    if (size == 0) {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(text[0]));
    } else if (character == '"' || character == '\\') {
      out += {'\\', text[0]};
    } else if (is_printable(character)) {
      out += text.substr(0, size);
    } else {
      append_escape(out, character);
    }
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return out + '"';
}

std::string go_quoted_list(const std::vector<std::string>& texts) {
  std::string out{'['};
  for (const std::string& text : texts) {
    if (out.size() > 1) out += ' ';
    out += go_quoted(text);
  }
  return out + ']';
}

Result<std::uint64_t> parse_go_uint(std::string_view text, std::uint64_t max) {
  std::string_view digits = text;
  const unsigned base = take_base(digits);
  if (digits.empty() || !underscores_are_right(text)) return bad("invalid syntax");
  std::uint64_t value = 0;
  bool is_too_large = false;
  for (const char c : digits) {
    if (c == '_') continue;
    const unsigned digit = digit_value(c);
    if (digit >= base) return bad("invalid syntax");
    is_too_large =
        is_too_large || value > (std::numeric_limits<std::uint64_t>::max() - digit) / base;
    value = value * base + digit;
  }
  if (is_too_large || value > max) return bad("value out of range");
  return value;
}

Result<std::int64_t> parse_go_int(std::string_view text) {
  const bool is_negative = text.starts_with('-');
  if (is_negative || text.starts_with('+')) text.remove_prefix(1);
  constexpr std::uint64_t kHalf = std::uint64_t{1} << 63;
  const auto size = parse_go_uint(text, is_negative ? kHalf : kHalf - 1);
  if (!size) return size.error();
  return static_cast<std::int64_t>(is_negative ? 0 - *size : *size);
}

Result<bool> parse_go_bool(std::string_view text) {
  for (const std::string_view yes : {"1", "t", "T", "TRUE", "true", "True"}) {
    if (text == yes) return true;
  }
  for (const std::string_view no : {"0", "f", "F", "FALSE", "false", "False"}) {
    if (text == no) return false;
  }
  return bad("invalid syntax");
}

std::string go_errno(int number) {
  // Go's table is Linux's with a small letter in front.
  std::string text = std::strerror(number);
  if (text.size() > 1 && std::islower(static_cast<unsigned char>(text[1])) != 0) {
    text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  }
  return text;
}

}  // namespace quorate
