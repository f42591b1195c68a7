#include "common/log_sink.h"

#include <array>
#include <cstring>
#include <fstream>
#include <sstream>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>

#include <doctest/doctest.h>
#include <spdlog/details/log_msg.h>

#include "common/journal_sink.h"
#include "tests/common/fake_clock.h"
#include "tests/common/temp_dir.h"

using namespace quorate;
using namespace std::chrono_literals;

namespace {

std::string contents(const std::string& file) {
  std::ifstream in{file};
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::vector<std::string> lines(const std::string& file) {
  std::ifstream in{file};
  std::vector<std::string> all;
  for (std::string line; std::getline(in, line);) all.push_back(line);
  return all;
}

Log log_to(const std::vector<std::string>& outputs, const Clock& clock, bool is_sampled = true) {
  LogSinkOptions options;
  options.outputs = outputs;
  options.is_sampled = is_sampled;
  return Log{make_log_sink(options, clock).value(), LogLevel::info};
}

}  // namespace

TEST_CASE("a line goes to every file named, once each, behind what was there") {
  const TempDir dir;
  const FakeClock clock{Clock::Wall{1767366245s}};
  const std::string a = dir.file("a.log");
  const std::string b = dir.file("b.log");
  std::ofstream{a} << "before\n";
  log_to({a, b, a}, clock).warn("disk is slow", {{"took", 2s}});

  const auto in_a = lines(a);
  REQUIRE(in_a.size() == 2);
  CHECK(in_a[0] == "before");
  CHECK(in_a[1].starts_with(
      R"({"level":"warn","ts":"2026-01-02T15:04:05.000000Z","caller":"common/)"));
  CHECK(in_a[1].ends_with(R"("msg":"disk is slow","took":"2s"})"));
  CHECK(contents(b) == in_a[1] + "\n");
}

TEST_CASE("warnings reach a file at once") {
  const TempDir dir;
  const FakeClock clock;
  const std::string file = dir.file("log");
  const Log log = log_to({file}, clock);
  log.warn("now");
  CHECK(lines(file).size() == 1);
}

TEST_CASE("/dev/null among the outputs discards everything") {
  const TempDir dir;
  const FakeClock clock;
  const std::string file = dir.file("log");
  log_to({file, "/dev/null"}, clock).warn("lost");
  CHECK_FALSE(std::filesystem::exists(file));
}

TEST_CASE("an output that cannot be opened is an error that names it") {
  const TempDir dir;
  const FakeClock clock;
  LogSinkOptions options;
  options.outputs = {dir.file("missing/log")};
  CHECK(make_log_sink(options, clock).error().message == "open sink \"" + options.outputs[0] +
                                                             "\": open " + options.outputs[0] +
                                                             ": no such file or directory");
}

TEST_CASE("a message said too often is sampled, unless that is off") {
  const TempDir dir;
  FakeClock clock;
  const auto said = [&](const std::string& file, bool is_sampled) {
    const Log log = log_to({file}, clock, is_sampled);
    for (int i = 0; i < 1000; ++i) log.warn("again");
    return lines(file).size();
  };
  CHECK(said(dir.file("sampled"), true) == 109);
  CHECK(said(dir.file("all"), false) == 1000);
}

TEST_CASE("lines of several threads stay whole") {
  const TempDir dir;
  const FakeClock clock;
  const std::string file = dir.file("log");
  {
    const Log log = log_to({file}, clock, false);
    const std::string text(300, 'x');
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([log, &text] {
        for (int i = 0; i < 250; ++i) log.info(text);
      });
    }
    for (auto& thread : threads) thread.join();
  }
  const auto all = lines(file);
  CHECK(all.size() == 1000);
  for (const auto& line : all) CHECK(line.ends_with("x\"}"));
}

TEST_CASE("the console form is chosen by an option") {
  const TempDir dir;
  const FakeClock clock;
  LogSinkOptions options;
  options.outputs = {dir.file("log")};
  options.format = LogFormat::console;
  options.time = LogTime::seconds;
  Log{make_log_sink(options, clock).value(), LogLevel::info}.warn("m", {{"a", 1}});
  const std::string line = contents(options.outputs[0]);
  CHECK(line.starts_with("1970-01-01T00:00:00Z\twarn\tcommon/log_sink_test.cc:"));
  CHECK(line.ends_with("\tm\t{\"a\": 1}\n"));
}

TEST_CASE("levels are read in any case") {
  CHECK(parse_log_level("debug").value() == LogLevel::debug);
  CHECK(parse_log_level("WARN").value() == LogLevel::warn);
  CHECK(parse_log_level("").value() == LogLevel::info);
  CHECK(parse_log_level("dpanic").value() == LogLevel::panic);
  CHECK(parse_log_level("loud").error().message == "unrecognized level: \"loud\"");
}

TEST_CASE("the journal gets one datagram a line, with priority and message") {
  const TempDir dir;
  const std::string path = dir.file("socket");
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  const int journal = ::socket(AF_UNIX, SOCK_DGRAM, 0);
  REQUIRE(::bind(journal, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);

  const auto sink = make_journal_sink(path).value();
  sink->log({"", spdlog::level::warn, "two\nlines"});
  std::array<char, 200> buffer;
  const auto size = ::recv(journal, buffer.data(), buffer.size(), MSG_DONTWAIT);
  ::close(journal);
  REQUIRE(size > 0);
  using namespace std::string_literals;
  CHECK(std::string(buffer.data(), static_cast<std::size_t>(size)) ==
        "PRIORITY=4\nSYSLOG_IDENTIFIER=quorate\nMESSAGE\n"s + "\x09\0\0\0\0\0\0\0two\nlines\n"s);

  CHECK(make_journal_sink(dir.file("nobody"))
            .error()
            .message.starts_with("cannot reach the system journal at "));
  CHECK_FALSE(make_journal_sink(std::string(200, 'x')).has_value());
}
