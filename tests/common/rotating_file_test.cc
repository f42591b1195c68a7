#include "common/rotating_file.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include <doctest/doctest.h>
#include <spdlog/details/log_msg.h>
#include <spdlog/pattern_formatter.h>

#include "tests/common/fake_clock.h"
#include "tests/common/temp_dir.h"

using namespace quorate;
using namespace std::chrono_literals;

namespace {

// 2026-01-02 15:04:05.123 UTC
const Clock::Wall kTime{std::chrono::sys_days{std::chrono::year{2026} / 1 / 2} + 15h + 4min + 5s +
                        123ms};

struct Fixture {
  TempDir dir;
  FakeClock clock{kTime};
  RotationLimits limits;

  std::shared_ptr<spdlog::sinks::sink> open() {
    auto sink = make_rotating_file(dir.file("etcd.log"), limits, clock).value();
    sink->set_formatter(std::make_unique<spdlog::pattern_formatter>("%v"));
    return sink;
  }
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const auto& entry : std::filesystem::directory_iterator{dir.path()}) {
      all.push_back(entry.path().filename().string());
    }
    std::sort(all.begin(), all.end());
    return all;
  }
  std::string contents(const std::string& name) const {
    std::ifstream in{dir.file(name)};
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
  }
};

void say(spdlog::sinks::sink& sink, const std::string& text) {
  sink.log({"", spdlog::level::info, text});
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a full file is put aside under the time, and a new one begins") {
  Fixture f;
  f.limits.bytes_max = 10;
  const auto sink = f.open();
  say(*sink, "1234");
  say(*sink, "5678");  // exactly ten with the newlines
  CHECK(f.names() == Names{"etcd.log"});
  say(*sink, "9");
  CHECK(f.names() == Names{"etcd-2026-01-02T15-04-05.123.log", "etcd.log"});
  CHECK(f.contents("etcd-2026-01-02T15-04-05.123.log") == "1234\n5678\n");
  CHECK(f.contents("etcd.log") == "9\n");
}

TEST_CASE("what a file held before counts, and a line longer than a file has one of its own") {
  Fixture f;
  f.limits.bytes_max = 10;
  std::ofstream{f.dir.file("etcd.log")} << "12345678\n";
  const auto sink = f.open();
  const std::string large(20, 'x');
  say(*sink, large);
  CHECK(f.contents("etcd.log") == large + "\n");
  CHECK(f.names().size() == 2);
}

TEST_CASE("only so many old files are kept, and none that is too old") {
  Fixture f;
  f.limits.bytes_max = 1;
  f.limits.backups_max = 2;
  std::ofstream{f.dir.file("etcd-notes.log")} << "not ours";
  const auto sink = f.open();
  for (int i = 0; i < 5; ++i) {
    say(*sink, std::to_string(i));
    f.clock.advance(1h);
  }
  CHECK(f.names() == Names{"etcd-2026-01-02T18-04-05.123.log", "etcd-2026-01-02T19-04-05.123.log",
                           "etcd-notes.log", "etcd.log"});

  f.limits.backups_max = 0;
  f.limits.age_max = 24h;
  f.clock.advance(20h);
  const auto again = f.open();
  say(*again, "x");
  CHECK(f.names() == Names{"etcd-2026-01-02T18-04-05.123.log", "etcd-2026-01-02T19-04-05.123.log",
                           "etcd-2026-01-03T16-04-05.123.log", "etcd-notes.log", "etcd.log"});
  f.clock.advance(3h);
  say(*again, "y");
  CHECK(f.names() == Names{"etcd-2026-01-02T19-04-05.123.log", "etcd-2026-01-03T16-04-05.123.log",
                           "etcd-2026-01-03T19-04-05.123.log", "etcd-notes.log", "etcd.log"});
}

TEST_CASE("a file that cannot be opened is an error") {
  Fixture f;
  const std::string path = f.dir.file("missing/log");
  CHECK(make_rotating_file(path, f.limits, f.clock).error().message ==
        "open sink \"" + path + "\": open " + path + ": no such file or directory");
}
