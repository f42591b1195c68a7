#include "common/json/scanner.h"

#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

using quorate::json::Kind;
using quorate::json::Scanner;
using quorate::json::Token;
using State = Scanner::State;

namespace {

// What the scanner says of a text, and that it says the same when the text comes byte by byte.
std::string verdict(std::string_view text) {
  Scanner whole;
  const State state = whole.finish(text);
  Scanner piecewise;
  for (std::size_t size = 0; size < text.size(); ++size) {
    if (piecewise.scan(text.substr(0, size)) != State::more) break;
  }
  CHECK(piecewise.finish(text) == state);
  CHECK(piecewise.error() == whole.error());
  switch (state) {
    case State::done:
      CHECK(piecewise.end() == whole.end());
      return "ends at " + std::to_string(whole.end());
    case State::failed:
      return whole.error();
    default:
      return whole.is_blank() ? "blank" : "cut short";
  }
}

}  // namespace

// Texts and errors as a real etcd 3.4 gives them for such bodies.
TEST_CASE("the scanner says what is wrong in Go's words") {
  const std::vector<std::pair<std::string, std::string>> table{
      {R"({"key":"YQ==",})", "invalid character '}' looking for beginning of object key string"},
      {"{,}", "invalid character ',' looking for beginning of object key string"},
      {R"({"key" "x"})", R"(invalid character '"' after object key)"},
      {R"({"key":"YQ==" "x"})", R"(invalid character '"' after object key:value pair)"},
      {"{'key':1}", R"(invalid character '\'' looking for beginning of object key string)"},
      {"{key:1}", "invalid character 'k' looking for beginning of object key string"},
      {R"({"key":x})", "invalid character 'x' looking for beginning of value"},
      {R"({"key":tru})", "invalid character '}' in literal true (expecting 'e')"},
      {R"({"key":trux})", "invalid character 'x' in literal true (expecting 'e')"},
      {R"({"key":tRue})", "invalid character 'R' in literal true (expecting 'r')"},
      {R"({"key":falsy})", "invalid character 'y' in literal false (expecting 'e')"},
      {R"({"key":nil})", "invalid character 'i' in literal null (expecting 'u')"},
      {R"({"key":01})", "invalid character '1' after object key:value pair"},
      {R"({"key":-})", "invalid character '}' in numeric literal"},
      {R"({"key":-a})", "invalid character 'a' in numeric literal"},
      {R"({"key":1.})", "invalid character '}' after decimal point in numeric literal"},
      {R"({"key":1.x})", "invalid character 'x' after decimal point in numeric literal"},
      {R"({"key":1e})", "invalid character '}' in exponent of numeric literal"},
      {R"({"key":1e+x})", "invalid character 'x' in exponent of numeric literal"},
      {R"({"key":"\x"})", "invalid character 'x' in string escape code"},
      {R"({"key":"\u12"})", R"(invalid character '"' in \u hexadecimal character escape)"},
      {R"({"key":"\u12zz"})", R"(invalid character 'z' in \u hexadecimal character escape)"},
      {"{\"key\":\"\n\"}", R"(invalid character '\n' in string literal)"},
      {"{\"ke\ty\":1}", R"(invalid character '\t' in string literal)"},
      {"{\"key\":\v1}", R"(invalid character '\v' looking for beginning of value)"},
      {std::string{"\0", 1}, R"(invalid character '\x00' looking for beginning of value)"},
      {"\x7f", R"(invalid character '\x7f' looking for beginning of value)"},
      {"\xa0", R"(invalid character '\u00a0' looking for beginning of value)"},
      {"\xad", R"(invalid character '\u00ad' looking for beginning of value)"},
      {"\xff", "invalid character '\u00ff' looking for beginning of value"},
      {"\u00e9", "invalid character '\u00c3' looking for beginning of value"},
      {"\\", R"(invalid character '\\' looking for beginning of value)"},
      {R"({"key":["YQ=="})", "invalid character '}' after array element"},
      {R"({"key":["YQ==",]})", "invalid character ']' looking for beginning of value"},
      {"[1 2]", "invalid character '2' after array element"},
      {R"({"a":[}]})", "invalid character '}' looking for beginning of value"},
  };
  for (const auto& [text, error] : table) {
    CAPTURE(text);
    CHECK(verdict(text) == error);
  }
}

TEST_CASE("the scanner knows a text that is cut short") {
  for (const std::string text :
       {"-", "{", "{\"", "{\"key", "{\"key\"", "{\"key\":", "{\"key\":\"", "{\"key\":\"YQ==\"",
        "{\"key\":\"YQ==\",", "{\"key\":nul", "[", "[1", "[1,", "1.", "1e", "\"\\", "\"\\u00"}) {
    CAPTURE(text);
    CHECK(verdict(text) == "cut short");
  }
  CHECK(verdict("") == "blank");
  CHECK(verdict(" \t\r\n") == "blank");
}

TEST_CASE("the scanner finds the end of the first value, whatever follows") {
  const std::vector<std::pair<std::string, std::size_t>> table{{"{}", 2},
                                                               {" {} ", 3},
                                                               {R"({"a":1}])", 7},
                                                               {R"({"key":"YQ=="}x)", 14},
                                                               {"null{}", 4},
                                                               {"nullx", 4},
                                                               {"12x", 2},
                                                               {"12", 2},
                                                               {R"("abc"x)", 5},
                                                               {"truefalse", 4},
                                                               {"-0.0e-0 ", 7},
                                                               {"1E5", 3},
                                                               {R"(["}",{"]":[]}] )", 14},
                                                               {R"("\"")", 4},
                                                               {R"("\u005c")", 8}};
  for (const auto& [text, end] : table) {
    CAPTURE(text);
    CHECK(verdict(text) == "ends at " + std::to_string(end));
  }
}

TEST_CASE("nesting is bounded as in Go") {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  Scanner scanner;
  CHECK(scanner.finish(nested(Scanner::kDepthMax)) == State::done);
  scanner.reset();
  CHECK(scanner.finish(nested(Scanner::kDepthMax + 1)) == State::failed);
  CHECK(scanner.error() == "invalid character '[' exceeded max depth");
}

TEST_CASE("tokens say where every part is and what follows it") {
  const std::string text = R"( {"a\n":[1,{"b":"c"}],"d":null} )";
  Scanner scanner;
  REQUIRE(scanner.finish(text) == State::done);
  std::string said;
  for (const Token& token : scanner.tokens()) {
    said += text.substr(token.begin, token.end - token.begin) + " next " +
            std::to_string(token.next) + (token.has_escapes ? " escaped\n" : "\n");
  }
  CHECK(said == R"({"a\n":[1,{"b":"c"}],"d":null} next 9
a\n next 2 escaped
[1,{"b":"c"}] next 7
1 next 4
{"b":"c"} next 7
b next 6
c next 7
d next 8
null next 9
)");
  CHECK(scanner.tokens()[0].kind == Kind::object);
  CHECK(scanner.tokens()[2].kind == Kind::array);
  CHECK(scanner.tokens()[3].kind == Kind::number);
  CHECK(scanner.tokens()[8].kind == Kind::null);
}
