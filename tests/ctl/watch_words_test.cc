#include "ctl/commands/watch_words.h"

#include <doctest/doctest.h>

using namespace quorate::ctl;

namespace {

using Words = std::vector<std::string>;

const WatchVariables kNoVariables;
const std::string kZero(1, '\0');

std::string split_error(const Words& args, std::optional<std::size_t> separator,
                        const WatchVariables& variables = kNoVariables) {
  const auto words = split_watch_words(args, separator, variables);
  REQUIRE(words.has_error());
  CHECK(words.error().status == kExitBadArgs);
  return words.error().text;
}

WatchLine line(const std::string& text, const WatchVariables& variables = kNoVariables) {
  return parse_watch_line(text, variables).value();
}

Failure line_failure(const std::string& text, const WatchVariables& variables = kNoVariables) {
  const auto parsed = parse_watch_line(text, variables);
  REQUIRE(parsed.has_error());
  return parsed.error();
}

}  // namespace

TEST_CASE("what stands behind -- is the command") {
  const auto words = split_watch_words({"a", "b", "sh", "-c"}, 2, kNoVariables).value();
  CHECK(words.keys == Words{"a", "b"});
  CHECK(words.command == Words{"sh", "-c"});
  CHECK(split_watch_words({"a"}, std::nullopt, kNoVariables).value().command.empty());
  CHECK(split_watch_words({"sh"}, 0, kNoVariables).value().keys.empty());
  CHECK(split_error({"a"}, 1) == "bad number of arguments (found separator --, but no commands)");
}

TEST_CASE("variables stand in for keys, and do not go with them") {
  const WatchVariables key{"k", ""};
  const WatchVariables range{"k", "m"};
  CHECK(split_watch_words({}, std::nullopt, key).value().keys == Words{"k"});
  CHECK(split_watch_words({"sh"}, 0, range).value().keys == Words{"k", "m"});
  CHECK(split_error({"a"}, std::nullopt, key) ==
        "bad number of arguments (found conflicting environment key)");
  CHECK(split_error({"a", "sh"}, 1, key) ==
        "bad number of arguments (found conflicting environment key)");
  CHECK(kNoVariables.check().has_value());
  CHECK(range.check().has_value());
  const WatchVariables no_key{"", "x"};
  CHECK(no_key.check().error().text ==
        "ETCDCTL_WATCH_KEY is empty but got ETCDCTL_WATCH_RANGE_END=\"x\"");
}

TEST_CASE("keys and flags become the watch that is asked for") {
  WatchFlags flags;
  CHECK(flags.request({"a"})->range_end().empty());
  CHECK(flags.request({"a", "c"})->range_end() == "c");
  // More than two: only the first one counts.
  CHECK(flags.request({"a", "c", "d"})->range_end().empty());
  CHECK(flags.request({}).error().text == "bad number of arguments");
  flags.prefix = true;
  flags.rev = 7;
  flags.prev_kv = true;
  flags.progress_notify = true;
  const auto request = flags.request({"a"}).value();
  CHECK(request.range_end() == "b");
  CHECK(request.start_revision() == 7);
  CHECK(request.prev_kv());
  CHECK(request.progress_notify());
  CHECK(flags.request({""})->key() == kZero);
  CHECK(flags.request({""})->range_end() == kZero);
  CHECK(flags.request({"a", "c"}).error().text ==
        "`range_end` and `--prefix` are mutually exclusive");
}

TEST_CASE("a line asks for a watch, with flags and a command of its own") {
  const auto watch = line("watch --rev=3 foo \"a b\" --prev-kv -- echo 'x y'");
  REQUIRE(watch.kind == WatchLine::Kind::watch);
  CHECK(watch.request.key() == "foo");
  CHECK(watch.request.range_end() == "a b");
  CHECK(watch.request.start_revision() == 3);
  CHECK(watch.request.prev_kv());
  CHECK(watch.words.command == Words{"echo", "x y"});
  CHECK(line("watch", {"k", ""}).request.key() == "k");
  CHECK(line("progress").kind == WatchLine::Kind::progress);
}

TEST_CASE("a line that cannot be understood is complained about") {
  CHECK(line("").complaint == "Invalid command:  (watch and progress supported)");
  CHECK(line("get foo").complaint == "Invalid command get foo (only support watch)");
  CHECK(line("watch").complaint == "Invalid command watch (command type or key is not provided)");
  CHECK(line("watch a b --prefix").complaint ==
        "Invalid command watch a b --prefix (`range_end` and `--prefix` are mutually exclusive)");
  CHECK(line("watch -- echo").complaint ==
        "Invalid command watch -- echo (bad number of arguments)");
}

TEST_CASE("some lines end the command, as with etcdctl") {
  CHECK(line_failure("watch foo --nosuchflag").text == "unknown flag: --nosuchflag");
  CHECK(line_failure("watch foo --nosuchflag").status == kExitBadArgs);
  CHECK(line_failure("watch --prefix").text == "bad number of arguments");
  CHECK(line_failure("watch foo --").text ==
        "bad number of arguments (found separator --, but no commands)");
  CHECK(line_failure("watch --", {"k", ""}).status == kExitBadArgs);
  CHECK(line_failure("watch foo", {"k", ""}).text ==
        "bad number of arguments (found conflicting environment key)");
  CHECK(line_failure("watch \"f\\q\"").status == kExitBadInput);
}
