#include "common/hex.h"

#include <doctest/doctest.h>

using namespace quorate;

TEST_CASE("ids print as lower case hexadecimal without padding") {
  CHECK(to_hex(MemberId{0x8e9e05c52164694d}) == "8e9e05c52164694d");
  CHECK(to_hex(ClusterId{0x00ab}) == "ab");
  CHECK(to_hex(std::uint64_t{0}) == "0");
  CHECK(to_hex(UINT64_MAX) == "ffffffffffffffff");
}

TEST_CASE("ids are read back in either case; anything else is refused") {
  CHECK(parse_hex("8e9e05c52164694d").value() == 0x8e9e05c52164694d);
  CHECK(parse_hex("AB").value() == 0xab);
  CHECK(parse_hex("00000000000000ab").value() == 0xab);
  for (const char* text : {"", "0x1", "-1", "1g", " 1", "1 ", "000000000000000ab"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_hex(text).has_value());
  }
}
