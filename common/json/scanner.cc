#include "common/json/scanner.h"

#include <array>

#include "common/ensure.h"
#include "common/json/go_quote.h"

namespace quorate::json {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_hex_digit(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// Characters of a string that mean nothing but themselves.
constexpr std::array<bool, 256> kPlain = [] {
  std::array<bool, 256> plain{};
  for (std::size_t c = 0x20; c < plain.size(); ++c) plain[c] = c != '"' && c != '\\';
  return plain;
}();

std::size_t skip_plain(std::string_view text, std::size_t at) {
  while (at < text.size() && kPlain[static_cast<unsigned char>(text[at])]) ++at;
  return at;
}

}  // namespace

std::string invalid_character(char c, std::string_view context) {
  std::string text = "invalid character " + quote_character(c) + " ";
  text += context;
  return text;
}

Scanner::State Scanner::scan(std::string_view text) {
  if (text.size() > kTextBytesMax && state_ == State::more) {
    error_ = "JSON text is too large";
    state_ = State::failed;
  }
  while (state_ == State::more && at_ < text.size()) {
    if (expect_ == Expect::in_string) at_ = skip_plain(text, at_);
    if (at_ == text.size()) break;
    step(text[at_]);
    if (state_ == State::more) ++at_;
  }
  return state_;
}

Scanner::State Scanner::finish(std::string_view text) {
  if (scan(text) != State::more || !open_.empty()) return state_;
  switch (expect_) {
    case Expect::after_zero:
    case Expect::in_integer:
    case Expect::in_fraction:
    case Expect::in_exponent:
      tokens_.back().end = static_cast<std::uint32_t>(at_);
      end_value(at_);
      break;
    default:
      break;
  }
  return state_;
}

void Scanner::reset() {
  state_ = State::more;
  expect_ = Expect::value;
  at_ = 0;
  tokens_.clear();
  open_.clear();
  error_.clear();
}

void Scanner::step(char c) {
  switch (expect_) {
    case Expect::value:
      if (!is_space(c)) begin_value(c);
      break;
    case Expect::value_or_close:
      if (is_space(c)) break;
      c == ']' ? close() : begin_value(c);
      break;
    case Expect::key_or_close:
      if (is_space(c)) break;
      c == '}' ? close() : begin_key(c);
      break;
    case Expect::key:
      if (!is_space(c)) begin_key(c);
      break;
    case Expect::colon:
      if (is_space(c)) break;
      if (c != ':') return fail(c, "after object key");
      expect_ = Expect::value;
      break;
    case Expect::comma_or_close:
      if (!is_space(c)) after_value(c);
      break;
    case Expect::in_string:
      string_character(c);
      break;
    case Expect::in_escape:
      escape_character(c);
      break;
    case Expect::in_hex:
      hex_character(c);
      break;
    case Expect::in_literal:
      literal_character(c);
      break;
    default:
      number_character(c);
  }
}

void Scanner::begin_value(char c) {
  switch (c) {
    case '{':
      return open(Kind::object, Expect::key_or_close);
    case '[':
      return open(Kind::array, Expect::value_or_close);
    case '"':
      is_key_ = false;
      begin_token(Kind::string, Expect::in_string);
      tokens_.back().begin = static_cast<std::uint32_t>(at_ + 1);
      return;
    case 't':
      return begin_literal(Kind::boolean, "true");
    case 'f':
      return begin_literal(Kind::boolean, "false");
    case 'n':
      return begin_literal(Kind::null, "null");
    case '-':
      return begin_token(Kind::number, Expect::digit_after_minus);
    case '0':
      return begin_token(Kind::number, Expect::after_zero);
    default:
      if (!is_digit(c)) return fail(c, "looking for beginning of value");
      begin_token(Kind::number, Expect::in_integer);
  }
}

void Scanner::begin_key(char c) {
  if (c != '"') return fail(c, "looking for beginning of object key string");
  is_key_ = true;
  begin_token(Kind::string, Expect::in_string);
  tokens_.back().begin = static_cast<std::uint32_t>(at_ + 1);
}

void Scanner::after_value(char c) {
  if (is_in_object()) {
    if (c == '}') return close();
    if (c != ',') return fail(c, "after object key:value pair");
    expect_ = Expect::key;
  } else {
    if (c == ']') return close();
    if (c != ',') return fail(c, "after array element");
    expect_ = Expect::value;
  }
}

void Scanner::string_character(char c) {
  if (c == '"') {
    end_string();
  } else if (c == '\\') {
    tokens_.back().has_escapes = true;
    expect_ = Expect::in_escape;
  } else {
    fail(c, "in string literal");
  }
}

void Scanner::escape_character(char c) {
  if (c == 'u') {
    expect_ = Expect::in_hex;
    taken_ = 0;
  } else if (std::string_view{"\"\\/bfnrt"}.find(c) != std::string_view::npos) {
    expect_ = Expect::in_string;
  } else {
    fail(c, "in string escape code");
  }
}

void Scanner::hex_character(char c) {
  if (!is_hex_digit(c)) return fail(c, "in \\u hexadecimal character escape");
  if (++taken_ == 4) expect_ = Expect::in_string;
}

void Scanner::literal_character(char c) {
  if (c != literal_[taken_]) {
    std::string context = "in literal ";
    context += literal_;
    context += " (expecting " + quote_character(literal_[taken_]) + ")";
    return fail(c, context);
  }
  if (++taken_ < literal_.size()) return;
  tokens_.back().end = static_cast<std::uint32_t>(at_ + 1);
  end_value(at_ + 1);
}

// The grammar of numbers (RFC 8259 §6). A character that no longer belongs to the number is looked
// at again as what follows a value.
void Scanner::number_character(char c) {
  const bool digit = is_digit(c);
  const bool is_e = c == 'e' || c == 'E';
  switch (expect_) {
    case Expect::digit_after_minus:
      if (!digit) return fail(c, "in numeric literal");
      expect_ = c == '0' ? Expect::after_zero : Expect::in_integer;
      return;
    case Expect::digit_after_dot:
      if (!digit) return fail(c, "after decimal point in numeric literal");
      expect_ = Expect::in_fraction;
      return;
    case Expect::sign_or_digit_after_e:
      if (c == '+' || c == '-') {
        expect_ = Expect::digit_after_sign;
        return;
      }
      [[fallthrough]];
    case Expect::digit_after_sign:
      if (!digit) return fail(c, "in exponent of numeric literal");
      expect_ = Expect::in_exponent;
      return;
    case Expect::in_integer:
    case Expect::in_fraction:
    case Expect::in_exponent:
      if (digit) return;
      break;
    default:
      ENSURE(expect_ == Expect::after_zero);
  }
  const bool in_whole_part = expect_ == Expect::in_integer || expect_ == Expect::after_zero;
  if (c == '.' && in_whole_part) {
    expect_ = Expect::digit_after_dot;
  } else if (is_e && expect_ != Expect::in_exponent) {
    expect_ = Expect::sign_or_digit_after_e;
  } else {
    tokens_.back().end = static_cast<std::uint32_t>(at_);
    end_value(at_);
    if (state_ == State::more && !is_space(c)) after_value(c);
  }
}

void Scanner::open(Kind kind, Expect next) {
  if (open_.size() == kDepthMax)
    return fail(kind == Kind::object ? '{' : '[', "exceeded max depth");
  open_.push_back(static_cast<std::uint32_t>(tokens_.size()));
  begin_token(kind, next);
}

void Scanner::close() {
  Token& token = tokens_[open_.back()];
  token.end = static_cast<std::uint32_t>(at_ + 1);
  token.next = static_cast<std::uint32_t>(tokens_.size());
  open_.pop_back();
  end_value(at_ + 1);
}

void Scanner::begin_token(Kind kind, Expect next) {
  Token token;
  token.kind = kind;
  token.begin = static_cast<std::uint32_t>(at_);
  token.next = static_cast<std::uint32_t>(tokens_.size() + 1);
  tokens_.push_back(token);
  expect_ = next;
}

void Scanner::begin_literal(Kind kind, std::string_view word) {
  begin_token(kind, Expect::in_literal);
  literal_ = word;
  taken_ = 1;
}

void Scanner::end_string() {
  tokens_.back().end = static_cast<std::uint32_t>(at_);
  if (is_key_) {
    expect_ = Expect::colon;
  } else {
    end_value(at_ + 1);
  }
}

void Scanner::end_value(std::size_t end) {
  if (open_.empty()) {
    state_ = State::done;
    at_ = end;
  } else {
    expect_ = Expect::comma_or_close;
  }
}

void Scanner::fail(char c, std::string_view context) {
  error_ = invalid_character(c, context);
  state_ = State::failed;
}

bool Scanner::is_in_object() const {
  return tokens_[open_.back()].kind == Kind::object;
}

}  // namespace quorate::json
