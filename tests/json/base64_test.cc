#include "common/json/base64.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "common/rng.h"

using quorate::json::append_base64;
using quorate::json::decode_base64;

namespace {

std::string encoded(std::string_view bytes) {
  std::string out;
  append_base64(bytes, out);
  return out;
}

}  // namespace

TEST_CASE("base64 goes both ways (RFC 4648 §10)") {
  const std::vector<std::pair<std::string, std::string>> vectors{{"", ""},
                                                                 {"f", "Zg=="},
                                                                 {"fo", "Zm8="},
                                                                 {"foo", "Zm9v"},
                                                                 {"foob", "Zm9vYg=="},
                                                                 {"fooba", "Zm9vYmE="},
                                                                 {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : vectors) {
    CHECK(encoded(bytes) == text);
    std::string decoded = "old";
    CHECK(decode_base64(text, decoded) == std::nullopt);
    CHECK(decoded == bytes);
  }
}

TEST_CASE("base64 takes both alphabets, no padding, and line breaks") {
  const std::vector<std::pair<std::string, std::string>> accepted{
      {"+/+/", "\xfb\xff\xbf"}, {"-_-_", "\xfb\xff\xbf"}, {"Zg", "f"},   {"Zm8", "fo"},
      {"Zg\n==", "f"},          {"Z\r\ng=\n=\n", "f"},    {"YR==", "a"}, {"Zm9v\nYg", "foob"}};
  for (const auto& [text, bytes] : accepted) {
    std::string decoded;
    CHECK(decode_base64(text, decoded) == std::nullopt);
    CHECK(decoded == bytes);
  }
}

// Offsets as etcd 3.4 reports them.
TEST_CASE("base64 says where the text is wrong") {
  const std::vector<std::pair<std::string, std::size_t>> refused{{"YQ=", 3},
                                                                 {"YQ===", 4},
                                                                 {"YQ==YQ==", 4},
                                                                 {"Y", 0},
                                                                 {"!", 0},
                                                                 {"YQ=!", 2},
                                                                 {" YQ==", 0},
                                                                 {"==", 0},
                                                                 {"YWJj=", 4},
                                                                 {"YWJjZ", 4},
                                                                 {"YWJj====", 4},
                                                                 {"YQ==\xc3\xa9", 4},
                                                                 {"Y\xc3\xa9", 1},
                                                                 {"YWJjZA=\n", 8},
                                                                 {"YWJjZA=a", 6},
                                                                 {"YWJjZGU=a", 8},
                                                                 {"YWJjZ\n", 5},
                                                                 {"YWJjZ!", 5},
                                                                 {"YWJ=YWJj", 4},
                                                                 {"A===", 1},
                                                                 {"AA=\n!", 3},
                                                                 {"YWJjYWJjYWJjYWJj!WJj", 16},
                                                                 {"YWJjYWJj\nYWJjYWJjYWI=x", 21}};
  for (const auto& [text, offset] : refused) {
    CAPTURE(text);
    std::string decoded;
    CHECK(decode_base64(text, decoded) == offset);
  }
}

TEST_CASE("random bytes survive base64") {
  quorate::Rng rng{11};
  for (std::size_t size = 0; size < 200; ++size) {
    std::string bytes;
    for (std::size_t i = 0; i < size; ++i) bytes.push_back(static_cast<char>(rng.next()));
    std::string decoded;
    REQUIRE(decode_base64(encoded(bytes), decoded) == std::nullopt);
    CHECK(decoded == bytes);
  }
}
