#include "common/go_text.h"

#include <cerrno>

#include <doctest/doctest.h>

using namespace quorate;
using namespace std::chrono_literals;

// What etcd printed for --auto-compaction-retention, and said of what it refused.
TEST_CASE("durations are read and printed as Go does") {
  const auto round = [](std::string_view text) {
    return go_duration(parse_go_duration(text).value());
  };
  CHECK(round("1ns") == "1ns");
  CHECK(round("1500ns") == "1.5µs");
  CHECK(round("1us") == "1µs");
  CHECK(round("1µs") == "1µs");  // U+00B5
  CHECK(round("1μs") == "1µs");  // U+03BC
  CHECK(round("1.5ms") == "1.5ms");
  CHECK(round("999999us") == "999.999ms");
  CHECK(round("1s") == "1s");
  CHECK(round("1.000000001s") == "1.000000001s");
  CHECK(round("61s") == "1m1s");
  CHECK(round("1h") == "1h0m0s");
  CHECK(round("1h0m0.5s") == "1h0m0.5s");
  CHECK(round("100h") == "100h0m0s");
  CHECK(round("2562047h47m16.854775807s") == "2562047h47m16.854775807s");
  CHECK(round("-1.5s") == "-1.5s");
  CHECK(round(".5s") == "500ms");
  CHECK(round("1.s") == "1s");
  CHECK(round("3m2.0005s") == "3m2.0005s");
  CHECK(round("0") == "0s");
  CHECK(round("+0") == "0s");
  CHECK(round("-0") == "0s");
  CHECK(go_duration(std::chrono::nanoseconds::min()) == "-2562047h47m16.854775808s");
  CHECK(parse_go_duration("-2562047h47m16.854775808s").value() == std::chrono::nanoseconds::min());
}

TEST_CASE("a duration that cannot be read is refused with Go's text") {
  const auto error = [](std::string_view text) { return parse_go_duration(text).error().message; };
  CHECK(error("1e3s") == "time: unknown unit \"e\" in duration \"1e3s\"");
  CHECK(error("1x") == "time: unknown unit \"x\" in duration \"1x\"");
  CHECK(error("1d") == "time: unknown unit \"d\" in duration \"1d\"");
  CHECK(error("1h1") == "time: missing unit in duration \"1h1\"");
  CHECK(error("--1s") == "time: invalid duration \"--1s\"");
  CHECK(error("9999999h") == "time: invalid duration \"9999999h\"");
  CHECK(error(".s") == "time: invalid duration \".s\"");
  CHECK(error("1.h-1s") == "time: unknown unit \"h-\" in duration \"1.h-1s\"");
  CHECK(error("") == "time: invalid duration \"\"");
  CHECK(error("2562047h47m16.854775808s") == "time: invalid duration \"2562047h47m16.854775808s\"");
  CHECK(error("99999999999999999999s") == "time: invalid duration \"99999999999999999999s\"");
}

// What etcd took and refused for --quota-backend-bytes (signed) and --snapshot-count (unsigned).
TEST_CASE("integers are read with Go's prefixes and underscores") {
  CHECK(parse_go_int("0x10").value() == 16);
  CHECK(parse_go_int("0X1F").value() == 31);
  CHECK(parse_go_int("0b101").value() == 5);
  CHECK(parse_go_int("0o17").value() == 15);
  CHECK(parse_go_int("017").value() == 15);
  CHECK(parse_go_int("1_000").value() == 1000);
  CHECK(parse_go_int("0x_1").value() == 1);
  CHECK(parse_go_int("0_7").value() == 7);
  CHECK(parse_go_int("+5").value() == 5);
  CHECK(parse_go_int("-5").value() == -5);
  CHECK(parse_go_int("0").value() == 0);
  CHECK(parse_go_int("9223372036854775807").value() == INT64_MAX);
  CHECK(parse_go_int("-9223372036854775808").value() == INT64_MIN);
  CHECK(parse_go_uint("18446744073709551615").value() == UINT64_MAX);
  CHECK(parse_go_uint("4294967295", UINT32_MAX).value() == UINT32_MAX);
}

TEST_CASE("what is no integer has bad syntax, what does not fit is out of range") {
  for (const char* text :
       {"08", "1__0", "_1", "1_", "", "-", "--5", "1e3", " 1", "0x", "0b2", "1.5"}) {
    CAPTURE(text);
    CHECK(parse_go_int(text).error().message == "invalid syntax");
  }
  CHECK(parse_go_uint("-1").error().message == "invalid syntax");
  CHECK(parse_go_uint("+1").error().message == "invalid syntax");
  CHECK(parse_go_int("9223372036854775808").error().message == "value out of range");
  CHECK(parse_go_int("-9223372036854775809").error().message == "value out of range");
  CHECK(parse_go_uint("18446744073709551616").error().message == "value out of range");
  CHECK(parse_go_uint("4294967296", UINT32_MAX).error().message == "value out of range");
  CHECK(parse_go_uint("18446744073709551616x").error().message == "invalid syntax");
}

TEST_CASE("booleans have twelve spellings") {
  for (const char* text : {"1", "t", "T", "TRUE", "true", "True"})
    CHECK(parse_go_bool(text).value());
  for (const char* text : {"0", "f", "F", "FALSE", "false", "False"}) {
    CHECK_FALSE(parse_go_bool(text).value());
  }
  for (const char* text : {"yes", "", "TrUe", "on"}) CHECK_FALSE(parse_go_bool(text).has_value());
}

TEST_CASE("quoting escapes what cannot be printed") {
  CHECK(go_quoted("plain é €") == "\"plain é €\"");
  CHECK(go_quoted("a\"b\\") == "\"a\\\"b\\\\\"");
  CHECK(go_quoted("\a\b\t\n\v\f\r") == "\"\\a\\b\\t\\n\\v\\f\\r\"");
  CHECK(go_quoted(std::string_view{"\0\x01\x7f", 3}) == "\"\\x00\\x01\\x7f\"");
  CHECK(go_quoted("\xff\xc2\x85") == "\"\\xff\\u0085\"");
  CHECK(go_quoted("\u00a0\u200b\u3000\U000e0001") == "\"\\u00a0\\u200b\\u3000\\U000e0001\"");
  CHECK(go_quoted_list({}) == "[]");
  CHECK(go_quoted_list({"a", "b c"}) == "[\"a\" \"b c\"]");
}

TEST_CASE("system errors have small letters") {
  CHECK(go_errno(ENOENT) == "no such file or directory");
  CHECK(go_errno(EACCES) == "permission denied");
  CHECK(go_errno(EADDRINUSE) == "address already in use");
  CHECK(go_errno(EINVAL) == "invalid argument");
}
