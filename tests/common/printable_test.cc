#include "common/printable.h"

#include <initializer_list>

#include <doctest/doctest.h>

using quorate::is_printable;

TEST_CASE("letters, marks, numbers, punctuation, symbols and the blank can be shown") {
  for (const char32_t c : {U' ', U'~', U'\u00a1', U'\u00e9', U'\u0301', U'\u4e2d', U'\u20ac',
                           U'\ufffd', U'\U0001f600', U'\U000e0100'}) {
    CHECK(is_printable(c));
  }
}

TEST_CASE("controls, other blanks, format characters and unassigned ones cannot") {
  for (const char32_t c :
       {U'\0', U'\n', U'\x7f', U'\u0085', U'\u00a0', U'\u00ad', U'\u200b', U'\u2028', U'\u3000',
        U'\ue000', U'\ufeff', U'\uffff', U'\U000e0001', U'\U0010ffff'}) {
    CHECK(!is_printable(c));
  }
}
