// Reading and writing of small values.
#include "ctl/output/text.h"

#include <doctest/doctest.h>

#include "ctl/cli/go_literal.h"
#include "ctl/cli/go_number.h"
#include "ctl/cli/words.h"
#include "ctl/client/error_text.h"
#include "ctl/client/key_range.h"
#include "ctl/output/progress_line.h"
#include "ctl/terminal.h"

using namespace quorate;
using namespace quorate::ctl;

TEST_CASE("the end of a prefix is its last byte counted up") {
  CHECK(prefix_end("a") == "b");
  CHECK(prefix_end("ab") == "ac");
  CHECK(prefix_end("a\xff") == "b");
  CHECK(prefix_end("a\xff\xff") == "b");
  CHECK(prefix_end("\xff") == kOpenRangeEnd);
  CHECK(prefix_end("") == kOpenRangeEnd);
}

// Expectations: etcdctl 3.5.30, which prints database sizes.
TEST_CASE("sizes are given in powers of 1000") {
  CHECK(size_text(0) == "0 B");
  CHECK(size_text(9) == "9 B");
  CHECK(size_text(10) == "10 B");
  CHECK(size_text(999) == "999 B");
  CHECK(size_text(1000) == "1.0 kB");
  CHECK(size_text(20480) == "20 kB");
  CHECK(size_text(24576) == "25 kB");
  CHECK(size_text(32768) == "33 kB");
  CHECK(size_text(2147483648) == "2.1 GB");
  CHECK(size_text(~std::uint64_t{0}) == "18 EB");
}

TEST_CASE("numbers in arguments have no prefix, and Go's error texts") {
  CHECK(parse_int("7af9a2051f158e82", 16).value() == 0x7af9a2051f158e82);
  CHECK(parse_int("-1", 16).value() == -1);
  CHECK(parse_int("+5", 10).value() == 5);
  CHECK(parse_uint("ffffffffffffffff", 16).value() == ~std::uint64_t{0});
  const auto error = [](const char* text, int base) {
    return parse_int(text, base).error().message;
  };
  CHECK(error("zz", 16) == "strconv.ParseInt: parsing \"zz\": invalid syntax");
  CHECK(error("", 10) == "strconv.ParseInt: parsing \"\": invalid syntax");
  CHECK(error("0x1", 16) == "strconv.ParseInt: parsing \"0x1\": invalid syntax");
  CHECK(error("+-1", 10) == "strconv.ParseInt: parsing \"+-1\": invalid syntax");
  CHECK(error("fffffffffffffffff", 16) ==
        "strconv.ParseInt: parsing \"fffffffffffffffff\": value out of range");
  CHECK(parse_uint("-1", 16).error().message ==
        "strconv.ParseUint: parsing \"-1\": invalid syntax");
}

TEST_CASE("Go's string literals are undone") {
  const auto undo = [](std::string_view text) {
    std::string value;
    std::size_t used = 0;
    return unquote_prefix(text, value, used) ? value + '|' + std::to_string(used) : "no";
  };
  CHECK(undo("\"foo\" rest") == "foo|5");
  CHECK(undo("\"\"") == "|2");
  CHECK(undo("`a\\n\"b`x") == "a\\n\"b|7");
  CHECK(undo(R"("\a\b\f\n\r\t\v\\\"")") == "\a\b\f\n\r\t\v\\\"|20");
  CHECK(undo(R"("\x41\101\u00e9\U0001f600")") == "AAé😀|26");
  CHECK(undo(R"("\xff")") == "\xff|6");
  for (const char* bad : {"foo", "\"open", "`open", R"("\q")", R"("\x4")", R"("\400")",
                          R"("\ud800")", R"("\U00110000")", "\"a\nb\"", R"("\')", ""}) {
    INFO(bad);
    CHECK(undo(bad) == "no");
  }
}

TEST_CASE("a line is cut into words, quotes undone") {
  const auto words = [](std::string_view line) {
    std::string all;
    const auto split = split_words(line);
    if (!split) return split.error().message;
    for (const auto& word : *split) all += '[' + word + ']';
    return all;
  };
  CHECK(words("put  key\tvalue") == "[put][key][value]");
  CHECK(words("put \"two words\" 'as \\n it \"is'") == "[put][two words][as \\n it \"is]");
  CHECK(words(R"(put "a\"b\x41" x)") == "[put][a\"bA][x]");
  CHECK(words("b\"c d'e") == "[b\"c][d'e]");
  CHECK(words("\"unclosed word") == "[unclosed][word]");
  CHECK(words("'unclosed") == "[unclosed]");
  CHECK(words("\"\" ''") == "[][]");
  CHECK(words("") == "");
  CHECK(words("put \"\\q\"") == "invalid syntax");
}

TEST_CASE("known errors show their message alone, others their code too") {
  CHECK(error_text({Code::invalid_argument, "etcdserver: key is not provided"}) ==
        "etcdserver: key is not provided");
  CHECK(error_text({Code::unknown, "etcdserver: user name not found"}) ==
        "etcdserver: user name not found");
  CHECK(error_text({Code::deadline_exceeded, "context deadline exceeded"}) ==
        "context deadline exceeded");
  CHECK(error_text({Code::unknown, "etcdserver: something else"}) ==
        "rpc error: code = Unknown desc = etcdserver: something else");
  CHECK(error_text({Code::unavailable, "error reading from server: EOF"}) ==
        "rpc error: code = Unavailable desc = error reading from server: EOF");
}

TEST_CASE("every known error is found") {
  for (const char* message :
       {"etcdserver: Peer URLs already exists", "etcdserver: key not found",
        "etcdserver: wrong downgrade target version format", "etcdserver: no leader",
        "etcdserver: request timed out, possibly due to connection lost"}) {
    CHECK(is_known_server_error(message));
  }
  CHECK(!is_known_server_error("key not found"));
  CHECK(!is_known_server_error(""));
}

TEST_CASE("blanks at both ends are dropped") {
  CHECK(trimmed(" \t a b\r\n") == "a b");
  CHECK(trimmed(" \n ").empty());
}

TEST_CASE("a bar shows how much of the whole is done") {
  CHECK(progress_bar(0, 10) == "[                              ] 0%");
  CHECK(progress_bar(5, 10) == "[===============               ] 50%");
  CHECK(progress_bar(12, 10) == "[==============================] 100%");
  CHECK(progress_bar(0, 0).ends_with(" 0%"));
}

TEST_CASE("an error that a server passes on is shown as it stands") {
  CHECK(error_text({Code::permission_denied, "rpc error: code = Unknown desc = x"}) ==
        "rpc error: code = Unknown desc = x");
}
