#include "ctl/cli/flag_set.h"

#include <doctest/doctest.h>

using namespace quorate::ctl;
using namespace std::chrono_literals;

namespace {

struct Flags {
  bool prefix = false;
  bool interactive = false;
  bool learner = false;
  bool secure = true;
  std::string form = "simple";
  std::int64_t rev = 0;
  std::uint64_t ops = 128;
  std::chrono::nanoseconds timeout = 5s;
  std::vector<std::string> endpoints{"127.0.0.1:2379"};
  FlagSet set;

  Flags() {
    set.add("prefix", prefix, "p");
    set.add("interactive,i", interactive, "i");
    set.add("listen,l", learner, "l");
    set.add("secure", secure, "s");
    set.add("write-out,w", form, "form");
    set.add("rev", rev, "r");
    set.add("max-txn-ops", ops, "o");
    set.add("timeout", timeout, "t");
    set.add("endpoints", endpoints, "e");
  }

  // The positional words, or the error.
  std::string parse(const std::vector<std::string>& words) {
    const auto parsed = parse_words({&set}, words);
    if (!parsed) return parsed.error().message;
    std::string all = parsed->wants_help ? "(help)" : "";
    for (const auto& word : parsed->positionals) all += '[' + word + ']';
    return all;
  }
};

}  // namespace

TEST_CASE("flags stand anywhere among the words, until --") {
  Flags f;
  CHECK(f.parse({"get", "--prefix", "k", "--rev=3", "--", "--rev", "-x"}) == "[get][k][--rev][-x]");
  CHECK(f.prefix);
  CHECK(f.rev == 3);
}

TEST_CASE("how many words stand before -- is known") {
  FlagSet flags;
  CHECK(parse_words({&flags}, {"a", "b", "--", "c", "--"})->separator == 2);
  CHECK(parse_words({&flags}, {"a", "b", "--", "c", "--"})->positionals.size() == 4);
  CHECK(parse_words({&flags}, {"--"})->separator == 0);
  CHECK(!parse_words({&flags}, {"a"})->separator);
}

TEST_CASE("a value follows its flag, with = or as the next word") {
  Flags f;
  CHECK(f.parse({"--rev", "-5", "--write-out", "json"}).empty());
  CHECK(f.rev == -5);
  CHECK(f.form == "json");
  CHECK(f.parse({"-w", "fields"}).empty());
  CHECK(f.form == "fields");
  CHECK(f.parse({"-wtable"}).empty());
  CHECK(f.form == "table");
  CHECK(f.parse({"-w=protobuf"}).empty());
  CHECK(f.form == "protobuf");
  CHECK(f.parse({"--write-out="}).empty());
  CHECK(f.form.empty());
}

TEST_CASE("letters can be put together") {
  Flags f;
  CHECK(f.parse({"-ilwjson"}).empty());
  CHECK(f.interactive);
  CHECK(f.learner);
  CHECK(f.form == "json");
}

TEST_CASE("a bool takes a value only with =") {
  Flags f;
  CHECK(f.parse({"--prefix", "false", "--secure=f"}) == "[false]");
  CHECK(f.prefix);
  CHECK(!f.secure);
}

TEST_CASE("of several values the last one wins, and lists grow") {
  Flags f;
  CHECK(f.parse({"--rev=1", "--rev=0x10", "--endpoints=a,b", "--endpoints", "c"}).empty());
  CHECK(f.rev == 16);
  CHECK(f.endpoints == std::vector<std::string>{"a", "b", "c"});
  CHECK(f.set.find("endpoints")->was_given);
  CHECK(!f.set.find("timeout")->was_given);
}

TEST_CASE("a list may be empty, and its entries quoted") {
  Flags f;
  CHECK(f.parse({"--endpoints="}).empty());
  CHECK(f.endpoints.empty());
  CHECK(f.parse({"--endpoints", "\"a,b\",c, d"}).empty());
  CHECK(f.endpoints == std::vector<std::string>{"a,b", "c", " d"});
}

TEST_CASE("a single dash and empty words are words") {
  Flags f;
  CHECK(f.parse({"-", ""}) == "[-][]");
}

TEST_CASE("-h and --help are known without being declared") {
  Flags f;
  CHECK(f.parse({"-h"}) == "(help)");
  CHECK(f.parse({"--help", "x"}) == "(help)[x]");
}

// Expectations: etcdctl 3.4.23 and 3.5.30.
TEST_CASE("errors are worded as etcdctl's") {
  const auto error = [](const std::vector<std::string>& words) { return Flags{}.parse(words); };
  CHECK(error({"--x"}) == "unknown flag: --x");
  CHECK(error({"--x=1"}) == "unknown flag: --x");
  CHECK(error({"--pre"}) == "unknown flag: --pre");
  CHECK(error({"-x"}) == "unknown shorthand flag: 'x' in -x");
  CHECK(error({"-ixy"}) == "unknown shorthand flag: 'x' in -xy");
  CHECK(error({"---"}) == "bad flag syntax: ---");
  CHECK(error({"--=x"}) == "bad flag syntax: --=x");
  CHECK(error({"--rev"}) == "flag needs an argument: --rev");
  CHECK(error({"-w"}) == "flag needs an argument: 'w' in -w");
  CHECK(error({"--rev", "abc"}) ==
        "invalid argument \"abc\" for \"--rev\" flag: strconv.ParseInt: parsing \"abc\": "
        "invalid syntax");
  CHECK(error({"--rev=99999999999999999999"}) ==
        "invalid argument \"99999999999999999999\" for \"--rev\" flag: strconv.ParseInt: parsing "
        "\"99999999999999999999\": value out of range");
  CHECK(error({"--max-txn-ops=-1"}) ==
        "invalid argument \"-1\" for \"--max-txn-ops\" flag: strconv.ParseUint: parsing \"-1\": "
        "invalid syntax");
  CHECK(error({"--timeout", "5"}) ==
        "invalid argument \"5\" for \"--timeout\" flag: time: missing unit in duration \"5\"");
  CHECK(error({"--prefix=x"}) ==
        "invalid argument \"x\" for \"--prefix\" flag: strconv.ParseBool: parsing \"x\": "
        "invalid syntax");
  CHECK(error({"-i=x"}) ==
        "invalid argument \"x\" for \"-i, --interactive\" flag: strconv.ParseBool: parsing \"x\": "
        "invalid syntax");
}

TEST_CASE("help shows letters, types and defaults, aligned and sorted") {
  CHECK(Flags{}.set.help() ==
        "      --endpoints strings   e (default [127.0.0.1:2379])\n"
        "  -i, --interactive         i\n"
        "  -l, --listen              l\n"
        "      --max-txn-ops uint    o (default 128)\n"
        "      --prefix              p\n"
        "      --rev int             r\n"
        "      --secure              s (default true)\n"
        "      --timeout duration    t (default 5s)\n"
        "  -w, --write-out string    form (default \"simple\")\n");
}
