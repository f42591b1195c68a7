#include "server/replica/auto_compaction.h"

#include <string>

#include <doctest/doctest.h>

#include "tests/common/fake_clock.h"

using namespace quorate;
using namespace quorate::replica;
using namespace std::chrono_literals;
using Duty = AutoCompaction::Duty;

namespace {

// Goes through some time in small steps; the revision grows by `per_second`. Says what was asked
// for: "10s:5 " is revision 5 after ten seconds.
struct Run {
  FakeClock clock;
  std::int64_t seconds = 0;
  std::int64_t revision = 1;
  bool succeeds = true;
  Duty duty = Duty::compact;

  std::string pass(AutoCompaction& compaction, std::int64_t time, std::int64_t per_second) {
    std::string asked;
    for (const std::int64_t end = seconds + time; seconds < end; ++seconds) {
      if (const auto at = compaction.poll(Revision{revision}, duty)) {
        asked += std::to_string(seconds) + "s:" + std::to_string(at->value()) + " ";
        if (succeeds) compaction.succeeded(*at);
      }
      clock.advance(1s);
      revision += per_second;
    }
    return asked;
  }
};

constexpr std::int64_t kMinute = 60;
constexpr std::int64_t kHour = 3600;

}  // namespace

TEST_CASE("a short period: first when it has passed, then as often, at what was new then") {
  Run run;
  PeriodicCompaction compaction{10s, run.clock};
  CHECK(run.pass(compaction, 35, 1) == "10s:1 20s:10 30s:20 ");
}

TEST_CASE("a period of hours: first when it has passed, then every hour") {
  Run run;
  PeriodicCompaction compaction{10h, run.clock};
  CHECK(run.pass(compaction, 10 * kHour, 1).empty());
  CHECK(run.pass(compaction, 3 * kHour - 1, 1) == "36000s:1 39600s:3241 43200s:6841 ");
}

TEST_CASE("nothing new is nothing to do; then the period counts from what was done") {
  Run run;
  PeriodicCompaction compaction{10s, run.clock};
  CHECK(run.pass(compaction, 45, 0) == "10s:1 ");
  // Noted at 45 s as 1, at 46 s as 2: eleven steps later that is the oldest one.
  CHECK(run.pass(compaction, 11, 1).empty());
  CHECK(run.pass(compaction, 10, 1) == "57s:2 ");
}

TEST_CASE("what failed is tried again a step later") {
  Run run;
  run.succeeds = false;
  PeriodicCompaction compaction{100s, run.clock};
  CHECK(run.pass(compaction, 121, 1) == "100s:1 110s:1 120s:11 ");
}

TEST_CASE("who does not lead keeps count, and takes over where the leader was") {
  Run run;
  run.duty = Duty::watch;
  PeriodicCompaction compaction{100s, run.clock};
  CHECK(run.pass(compaction, 150, 1).empty());
  run.duty = Duty::compact;
  CHECK(run.pass(compaction, 10, 1) == "150s:41 ");
}

TEST_CASE("revisions: looks every five minutes, keeps so many of them") {
  Run run;
  RevisionCompaction compaction{1000, run.clock};
  CHECK(run.pass(compaction, 5 * kMinute, 2).empty());
  CHECK(run.pass(compaction, 10 * kMinute, 2) == "600s:201 ");
  CHECK(run.pass(compaction, 5 * kMinute, 0) == "900s:801 ");
  CHECK(run.pass(compaction, 20 * kMinute, 0).empty());
  run.duty = Duty::watch;
  CHECK(run.pass(compaction, 20 * kMinute, 1).empty());
}
