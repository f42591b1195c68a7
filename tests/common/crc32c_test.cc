#include "common/crc32c.h"

#include <string>

#include <doctest/doctest.h>

using quorate::crc32c;

TEST_CASE("crc32c gives the vectors of RFC 3720 B.4") {
  CHECK(crc32c(0, std::string(32, '\0')) == 0x8a9136aau);
  CHECK(crc32c(0, std::string(32, '\xff')) == 0x62a8ab43u);
  std::string ascending;
  for (int i = 0; i < 32; ++i) ascending += static_cast<char>(i);
  CHECK(crc32c(0, ascending) == 0x46dd794eu);
  CHECK(crc32c(0, "") == 0);
}

TEST_CASE("crc32c of a whole equals crc32c continued over its parts, at every cut") {
  const std::string text = "the quick brown fox jumps over the lazy dog";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    CHECK(crc32c(crc32c(0, text.substr(0, cut)), text.substr(cut)) == crc32c(0, text));
  }
}
