#include "common/log_line.h"

#include <limits>

#include <doctest/doctest.h>

using namespace quorate;
using namespace std::chrono_literals;

namespace {

// 2026-01-02 15:04:05.123456 UTC
const Clock::Wall kTime{std::chrono::sys_days{std::chrono::year{2026} / 1 / 2} + 15h + 4min + 5s +
                        123456us};

std::source_location here(std::source_location where = std::source_location::current()) {
  return where;
}

std::string json(LogLevel level, const LogMessage& message, LogFields fields = {}) {
  return log_line(LogFormat::json, LogTime::microseconds, kTime, level, message, fields);
}

std::string console(LogLevel level, const LogMessage& message, LogFields fields = {}) {
  return log_line(LogFormat::console, LogTime::microseconds, kTime, level, message, fields);
}

const std::string kHead = R"({"level":"info","ts":"2026-01-02T15:04:05.123456Z","caller":")";

}  // namespace

TEST_CASE("a JSON line has level, ts, caller, msg and then the fields in their order") {
  const auto where = here();
  const std::string caller = "common/log_line_test.cc:" + std::to_string(where.line());
  const std::vector<std::string> urls{"http://a:1", "b\"c"};
  CHECK(json(LogLevel::info, {"took a while", where},
             {{"took", 822813ns},
              {"count", 3},
              {"big", UINT64_MAX},
              {"least", INT64_MIN},
              {"ok", true},
              {"ratio", 0.25},
              {"text", "é"},
              {"urls", urls}}) ==
        kHead + caller +
            R"(","msg":"took a while","took":"822.813µs","count":3,"big":18446744073709551615,)"
            R"("least":-9223372036854775808,"ok":true,"ratio":0.25,"text":"é",)"
            R"("urls":["http://a:1","b\"c"]})");
}

TEST_CASE("a first field named logger stands before the caller") {
  const auto where = here();
  const std::string caller = "common/log_line_test.cc:" + std::to_string(where.line());
  CHECK(json(LogLevel::warn, {"m", where}, {{"logger", "raft"}, {"a", 1}}) ==
        R"({"level":"warn","ts":"2026-01-02T15:04:05.123456Z","logger":"raft","caller":")" +
            caller + R"(","msg":"m","a":1})");
  CHECK(console(LogLevel::warn, {"m", where}, {{"logger", "raft"}, {"a", 1}}) ==
        "2026-01-02T15:04:05.123456Z\twarn\traft\t" + caller + "\tm\t{\"a\": 1}");
}

// etcd 3.4.23 with --name of these bytes prints exactly this.
TEST_CASE("strings are escaped as zap does") {
  const std::string line = json(LogLevel::info, {"m", here()},
                                {{"name", "a\"b\\c\n\t\x01\x7f\x08é\xff\xe2\x80\xa8<&>"}});
  CHECK(
      line.ends_with(",\"name\":\"a\\\"b\\\\c\\n\\t\\u0001\x7f\\u0008é\\ufffd\xe2\x80\xa8<&>\"}"));
  CHECK(json(LogLevel::info, {"\r", here()}, {{"k\n", ""}}).ends_with(R"("msg":"\r","k\n":""})"));
}

TEST_CASE("numbers never have an exponent, and what is no number becomes a string") {
  const auto value = [](double number) {
    const std::string line = json(LogLevel::info, {"m", here()}, {{"v", number}});
    return line.substr(line.rfind(':') + 1);
  };
  CHECK(value(1) == "1}");
  CHECK(value(-0.5) == "-0.5}");
  CHECK(value(1e21) == "1000000000000000000000}");
  CHECK(value(1e-7) == "0.0000001}");
  CHECK(value(std::numeric_limits<double>::denorm_min()).size() > 300);
  CHECK(value(std::numeric_limits<double>::quiet_NaN()) == "\"NaN\"}");
  CHECK(value(std::numeric_limits<double>::infinity()) == "\"+Inf\"}");
  CHECK(value(-std::numeric_limits<double>::infinity()) == "\"-Inf\"}");
}

TEST_CASE("the console form separates with tabs and keeps fields as JSON") {
  const auto where = here();
  const std::string caller = "common/log_line_test.cc:" + std::to_string(where.line());
  const std::vector<std::string> args{"a", "b"};
  CHECK(console(LogLevel::info, {"restored snapshot", where}, {{"path", "x.db"}, {"args", args}}) ==
        "2026-01-02T15:04:05.123456Z\tinfo\t" + caller +
            "\trestored snapshot\t{\"path\": \"x.db\", \"args\": [\"a\", \"b\"]}");
  CHECK(console(LogLevel::error, {"plain", where}) ==
        "2026-01-02T15:04:05.123456Z\terror\t" + caller + "\tplain");
  CHECK(log_line(LogFormat::console, LogTime::seconds, kTime, LogLevel::info, {"m", where}, {}) ==
        "2026-01-02T15:04:05Z\tinfo\t" + caller + "\tm");
}

TEST_CASE("times before 1970 and at the turn of a second print right") {
  const auto at = [](Clock::Wall time) {
    return log_line(LogFormat::console, LogTime::microseconds, time, LogLevel::info, {"m", here()},
                    {})
        .substr(0, 27);
  };
  CHECK(at(Clock::Wall{}) == "1970-01-01T00:00:00.000000Z");
  CHECK(at(Clock::Wall{-1us}) == "1969-12-31T23:59:59.999999Z");
  CHECK(at(Clock::Wall{951782399s + 999999999ns}) == "2000-02-28T23:59:59.999999Z");
}

TEST_CASE("levels have zap's names") {
  CHECK(log_level_name(LogLevel::debug) == "debug");
  CHECK(log_level_name(LogLevel::panic) == "panic");
  CHECK(log_level_name(LogLevel::fatal) == "fatal");
}
