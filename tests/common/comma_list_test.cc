#include "common/comma_list.h"

#include <doctest/doctest.h>

using namespace quorate;

TEST_CASE("a list is cut at every comma, and put together again") {
  CHECK(split_commas("a,, b ,") == std::vector<std::string>{"a", "", " b ", ""});
  CHECK(split_commas("") == std::vector<std::string>{""});
  for (const char* text : {"", "a", "a,b", ",", "a,,b,"}) {
    CHECK(join_commas(split_commas(text)) == text);
  }
  CHECK(join_commas({}).empty());
}

TEST_CASE("blanks go at both ends only") {
  CHECK(trimmed(" \t\r\n\v\fa b \n") == "a b");
  CHECK(trimmed("  ").empty());
  CHECK(trimmed("").empty());
}
