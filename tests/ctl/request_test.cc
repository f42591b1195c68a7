// What get, put, del and transactions ask the server for.
#include <sstream>

#include <doctest/doctest.h>

#include "ctl/commands/kv_requests.h"
#include "ctl/commands/txn_text.h"

using namespace quorate::ctl;

namespace {

template <class Flags>
struct Parsed {
  Flags flags;
  std::vector<std::string> args;

  explicit Parsed(const std::vector<std::string>& words) {
    FlagSet set;
    flags.declare(set);
    args = parse_words({&set}, words).value().positionals;
  }
};

pb::RangeRequest get(const std::vector<std::string>& words) {
  const Parsed<GetFlags> parsed{words};
  return parsed.flags.request(parsed.args).value();
}

Failure get_failure(const std::vector<std::string>& words) {
  const Parsed<GetFlags> parsed{words};
  const auto request = parsed.flags.request(parsed.args);
  REQUIRE(request.has_error());
  return request.error();
}

const std::string kZero(1, '\0');

}  // namespace

TEST_CASE("get asks for a key, a range, a prefix or all from a key on") {
  CHECK(get({"k"}).key() == "k");
  CHECK(get({"k"}).range_end().empty());
  CHECK(get({"a", "c"}).range_end() == "c");
  CHECK(get({"a", "--prefix"}).range_end() == "b");
  CHECK(get({"a\xff", "--prefix"}).range_end() == "b");
  CHECK(get({"\xff", "--prefix"}).range_end() == kZero);
  CHECK(get({"", "--prefix"}).key() == kZero);
  CHECK(get({"", "--prefix"}).range_end() == kZero);
  CHECK(get({"k", "--from-key"}).key() == "k");
  CHECK(get({"k", "--from-key"}).range_end() == kZero);
  CHECK(get({"", "--from-key"}).key() == kZero);
}

TEST_CASE("get's flags become fields of the request") {
  const auto request = get({"k", "--consistency=s", "--limit=7", "--rev=9", "--keys-only",
                            "--min-create-rev=1", "--max-create-rev=2", "--min-mod-rev=3",
                            "--max-mod-rev=4", "--sort-by=version", "--order=descend"});
  CHECK(request.serializable());
  CHECK(request.limit() == 7);
  CHECK(request.revision() == 9);
  CHECK(request.keys_only());
  CHECK(request.min_create_revision() == 1);
  CHECK(request.max_create_revision() == 2);
  CHECK(request.min_mod_revision() == 3);
  CHECK(request.max_mod_revision() == 4);
  CHECK(request.sort_target() == pb::RangeRequest::VERSION);
  CHECK(request.sort_order() == pb::RangeRequest::DESCEND);
  CHECK(get({"k", "--rev=-5"}).revision() == 0);
}

TEST_CASE("an order that is the server's own is not asked for") {
  CHECK(get({"k", "--order=ASCEND"}).sort_order() == pb::RangeRequest::NONE);
  CHECK(get({"k", "--order=ASCEND", "--sort-by=KEY"}).sort_order() == pb::RangeRequest::NONE);
  CHECK(get({"k", "--sort-by=VALUE"}).sort_order() == pb::RangeRequest::NONE);
  CHECK(get({"k", "--order=ascend", "--sort-by=value"}).sort_order() == pb::RangeRequest::ASCEND);
}

TEST_CASE("get refuses what contradicts itself") {
  CHECK(get_failure({}).status == 128);
  CHECK(get_failure({"k", "--prefix", "--from-key"}).text ==
        "`--prefix` and `--from-key` cannot be set at the same time, choose one");
  CHECK(get_failure({"k", "--keys-only", "--count-only"}).text ==
        "`--keys-only` and `--count-only` cannot be set at the same time, choose one");
  CHECK(get_failure({"k", "--min-create-rev=5", "--max-create-rev=2"}).text ==
        "getMinCreateRev(=5) > getMaxCreateRev(=2)");
  CHECK(get_failure({"k", "--min-mod-rev=5", "--max-mod-rev=2"}).status == 4);
  CHECK(get_failure({"k", "--order=up"}).status == 4);
}

TEST_CASE("put takes its lease in hexadecimal") {
  const Parsed<PutFlags> parsed{{"k", "v", "--lease=7af9", "--prev-kv", "--ignore-lease"}};
  const auto request = parsed.flags.request(parsed.args).value();
  CHECK(request.key() == "k");
  CHECK(request.value() == "v");
  CHECK(request.lease() == 0x7af9);
  CHECK(request.prev_kv());
  CHECK(request.ignore_lease());
}

TEST_CASE("del announces a range that was not asked for by --range only") {
  std::ostringstream err;
  const Parsed<DelFlags> parsed{{"a", "c", "--range", "--prev-kv"}};
  const auto request = parsed.flags.request(parsed.args, err).value();
  CHECK(request.range_end() == "c");
  CHECK(request.prev_kv());
  CHECK(err.str().empty());
}

TEST_CASE("a comparison has a target, a key, an operator and an operand") {
  const auto compare = parse_compare("mod(\"k\\x41\") > \"7\"").value();
  CHECK(compare.target() == pb::Compare::MOD);
  CHECK(compare.key() == "kA");
  CHECK(compare.result() == pb::Compare::GREATER);
  CHECK(compare.mod_revision() == 7);
  CHECK(parse_compare("c(\"k\") < \"-1\"").value().create_revision() == -1);
  CHECK(parse_compare("ver(`k`) != `2`").value().version() == 2);
  CHECK(parse_compare("val(\"k\") = \"two words\" ignored").value().value() == "two words");
  CHECK(parse_compare("lease(\"k\") = \"7af9\"").value().lease() == 0x7af9);
}

// Expectations: etcdctl 3.4.23.
TEST_CASE("a malformed comparison is repeated with what was understood of it") {
  const auto text = [](const std::string& line) {
    const auto compare = parse_compare(line);
    REQUIRE(compare.has_error());
    CHECK(compare.error().status == 3);
    return compare.error().text;
  };
  CHECK(text("foo") == "malformed comparison: foo");
  CHECK(text("value(\"foo\") = bar") ==
        "malformed comparison: value(\"foo\") = bar; got value(\"foo\") = \"\"");
  CHECK(text("value(foo) = \"bar\"") ==
        "malformed comparison: value(foo) = \"bar\"; got value(\"\")  \"\"");
  CHECK(text("ver(\"k\")>\"0\"") == "malformed comparison: ver(\"k\")>\"0\"; got ver(\"k\")  \"\"");
  CHECK(text("bogus(\"k\") = \"0\"") ==
        "malformed comparison: bogus(\"k\") = \"0\" (unknown target bogus)");
  CHECK(text("mod(\"k\") = \"x\"") == "invalid txn compare request: mod(\"k\") = \"x\"");
}

TEST_CASE("operations are put, get and del, with their own flags") {
  std::ostringstream err;
  const auto put = parse_operation("put k \"v w\" --prev-kv", err).value();
  CHECK(put.request_put().value() == "v w");
  CHECK(put.request_put().prev_kv());
  CHECK(parse_operation("g k --prefix", err).value().request_range().range_end() == "l");
  CHECK(parse_operation("d k", err).value().request_delete_range().key() == "k");
  CHECK(parse_operation("put k", err).has_value() == false);
  CHECK(err.str().empty());
}

TEST_CASE("an operation that is none is a failure of the input, its flags are explained") {
  std::ostringstream err;
  const auto failure = [&](const std::string& line) { return parse_operation(line, err).error(); };
  CHECK(failure("put").text == "invalid txn compare request: put");
  CHECK(failure("delete foo").text == "invalid txn request: delete foo");
  CHECK(failure("put \"\\q\" v").text == "invalid syntax");
  CHECK(failure("put k v --nosuch").text == "invalid txn request: put k v --nosuch");
  CHECK(failure("put k v --nosuch").status == 3);
  CHECK(err.str().find("unknown flag: --nosuch\nUsage:\n") == 0);
  CHECK(failure("get k --order=up").status == 4);
}
