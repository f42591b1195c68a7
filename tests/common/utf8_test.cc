#include "common/utf8.h"

#include <doctest/doctest.h>

using quorate::utf8_length;

TEST_CASE("well-formed characters have one to four bytes (RFC 3629 section 4)") {
  CHECK(utf8_length("a") == 1);
  CHECK(utf8_length("\x7f") == 1);
  CHECK(utf8_length("\xc2\x80z") == 2);
  CHECK(utf8_length("\xdf\xbf") == 2);
  CHECK(utf8_length("\xe0\xa0\x80") == 3);
  CHECK(utf8_length("\xed\x9f\xbf") == 3);  // the last before the surrogates
  CHECK(utf8_length("\xef\xbf\xbf") == 3);
  CHECK(utf8_length("\xf0\x90\x80\x80") == 4);
  CHECK(utf8_length("\xf4\x8f\xbf\xbf") == 4);  // U+10FFFF
}

TEST_CASE("everything else begins no character") {
  CHECK(utf8_length("") == 0);
  CHECK(utf8_length("\x80") == 0);              // a continuation alone
  CHECK(utf8_length("\xc1\xbf") == 0);          // overlong
  CHECK(utf8_length("\xe0\x9f\xbf") == 0);      // overlong
  CHECK(utf8_length("\xed\xa0\x80") == 0);      // a surrogate
  CHECK(utf8_length("\xf0\x8f\xbf\xbf") == 0);  // overlong
  CHECK(utf8_length("\xf4\x90\x80\x80") == 0);  // above U+10FFFF
  CHECK(utf8_length("\xf5\x80\x80\x80") == 0);
  CHECK(utf8_length("\xe2\x82") == 0);  // cut short
  CHECK(utf8_length("\xe2\x82z") == 0);
  CHECK(utf8_length("\xc3(") == 0);
}

TEST_CASE("a character is what its bytes say") {
  CHECK(quorate::utf8_character("a") == U'a');
  CHECK(quorate::utf8_character("\xc3\xa9z") == U'\u00e9');
  CHECK(quorate::utf8_character("\xe2\x82\xac") == U'\u20ac');
  CHECK(quorate::utf8_character("\xf0\x9f\x98\x80") == U'\U0001f600');
}
