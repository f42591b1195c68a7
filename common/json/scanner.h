// Finds one JSON value (RFC 8259) in text that may still be growing, checks its syntax and notes
// where its parts are. Iterative, so depth costs no stack; what is wrong is said in the words of
// Go's encoding/json, which etcd's clients see in error answers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace quorate::json {

enum class Kind : std::uint8_t { object, array, string, number, boolean, null };

// One value or object key. Tokens are in the order of the text; an object's are key, value, key,
// value. Offsets count from the beginning of the text.
struct Token {
  Kind kind = Kind::null;
  bool has_escapes = false;  // strings: a backslash is in it
  std::uint32_t begin = 0;   // strings: behind the opening quote
  std::uint32_t end = 0;     // strings: at the closing quote; otherwise behind the last character
  std::uint32_t next = 0;    // index of the token that follows the value with all that is in it
};

class Scanner {
 public:
  enum class State : std::uint8_t { more, done, failed };

  // As Go's decoder: deeper nesting is refused.
  static constexpr std::size_t kDepthMax = 10'000;
  // Offsets have 32 bits.
  static constexpr std::size_t kTextBytesMax = std::size_t{1} << 30;

  // Goes on where the last call stopped; `text` is what that call got, with or without more behind
  // it. Once done or failed it stays so.
  State scan(std::string_view text);
  // As scan, with no more text to come: a number at the end is then complete.
  State finish(std::string_view text);
  // Forgets everything, keeps the memory.
  void reset();

  // True while nothing but white space was seen.
  [[nodiscard]] bool is_blank() const { return tokens_.empty() && state_ == State::more; }
  // Requires: done. One past the value's last character.
  [[nodiscard]] std::size_t end() const { return at_; }
  // Requires: done. tokens()[0] is the value.
  [[nodiscard]] const std::vector<Token>& tokens() const { return tokens_; }
  // Requires: failed. Such as: invalid character 'x' looking for beginning of value
  [[nodiscard]] const std::string& error() const { return error_; }

 private:
  // What the next character may be.
  enum class Expect : std::uint8_t {
    value,
    value_or_close,  // after [
    key,
    key_or_close,  // after {
    colon,
    comma_or_close,
    in_string,
    in_escape,
    in_hex,
    in_literal,
    digit_after_minus,
    after_zero,
    in_integer,
    digit_after_dot,
    in_fraction,
    sign_or_digit_after_e,
    digit_after_sign,
    in_exponent,
  };

  void step(char c);
  void begin_value(char c);
  void begin_key(char c);
  void after_value(char c);
  void string_character(char c);
  void escape_character(char c);
  void hex_character(char c);
  void literal_character(char c);
  void number_character(char c);

  void open(Kind kind, Expect next);
  void close();
  void begin_token(Kind kind, Expect next);
  void begin_literal(Kind kind, std::string_view word);
  void end_string();
  void end_value(std::size_t end);
  void fail(char c, std::string_view context);
  [[nodiscard]] bool is_in_object() const;

  State state_ = State::more;
  Expect expect_ = Expect::value;
  bool is_key_ = false;     // the string being read is an object's key
  std::uint8_t taken_ = 0;  // characters of the literal or hexadecimal digits read so far
  std::string_view literal_;
  std::size_t at_ = 0;  // the next character to look at
  std::vector<Token> tokens_;
  std::vector<std::uint32_t> open_;  // tokens of the objects and arrays not yet closed
  std::string error_;
};

// "invalid character 'c' CONTEXT"
std::string invalid_character(char c, std::string_view context);

[[nodiscard]] inline bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

}  // namespace quorate::json
