// Every operation of the disk fails once, one after the other.
#include <string>

#include "tests/wal/log_host.h"
#include "tests/wal/workload.h"

using namespace quorate;
using namespace quorate::wal;
using sim::FakeDisk;

namespace {

// Fills, rolls over and recycles a few segments, one batch after the other.
struct Script {
  LogHost host;
  ModelLog acknowledged;
  ModelLog asked;

  void run() {
    auto made = Wal::create(host.around(), host.options, kIdentity);
    if (!made) return;
    const auto wal = std::move(*made);
    for (std::uint64_t i = 1; i <= 24 && host.stopped.empty(); ++i) {
      auto batch = entries({entry(1, i, std::string(2500, 'f'))});
      if (i % 5 == 0) batch.hard_state = raft::HardState{Term{1}, MemberId{2}, Index{i - 1}};
      append(*wal, std::move(batch));
      if (i % 8 != 0) continue;
      wal->release(Index{i - 2});
      acknowledged.release(Index{i - 2});
      asked.release(Index{i - 2});
    }
    host.run();
  }

  void append(Wal& wal, raft::Persist batch) {
    asked.append(batch);
    auto after = asked;
    wal.append(std::move(batch), [this, after](const WriteStats&) {
      REQUIRE(host.stopped.empty());
      acknowledged = after;
    });
    host.run();
  }

  void check_log() {
    if (!Wal::exists(host.disk, kDir)) {
      CHECK(acknowledged.last_index() == Index{0});
      return;
    }
    const auto contents = host.open().contents;
    const auto difference = acknowledged.difference(contents);
    if (!difference.empty()) CHECK(asked.difference(contents) == "");
  }
};

}  // namespace

TEST_CASE(
    "whichever operation fails: nothing acknowledged is lost, and nothing more acknowledged") {
  for (const bool is_power_cut : {false, true}) {
    std::uint64_t stops = 0;
    for (std::uint64_t n = 1;; ++n) {
      CAPTURE(is_power_cut);
      CAPTURE(n);
      Script script;
      script.host.disk.fail_at(n, FakeDisk::Failing::from_then_on);
      const auto before = script.host.disk.operations();
      script.run();
      script.host.disk.stop_failing();
      if (script.host.disk.operations() < before + n) break;
      if (!script.host.stopped.empty()) ++stops;
      is_power_cut ? script.host.cut_power() : script.host.end_process();
      script.check_log();
    }
    CHECK(stops > 80);
  }
}

TEST_CASE("one failed operation stops the log, unless it was only about a spare") {
  std::uint64_t stops = 0;
  std::uint64_t went_on = 0;
  for (std::uint64_t n = 1;; ++n) {
    CAPTURE(n);
    Script script;
    std::string failed;
    const auto at = script.host.disk.operations() + n;
    script.host.disk.trace = [&](const std::string& line) {
      if (script.host.disk.operations() == at) failed = line;
    };
    script.host.disk.fail_at(n, FakeDisk::Failing::once);
    script.run();
    if (failed.empty()) break;
    const bool was_created = script.asked.last_index() > Index{0};
    if (!was_created) continue;
    if (script.host.stopped.empty()) {
      ++went_on;
      CHECK(failed.find("spare-") != std::string::npos);
      CHECK(script.acknowledged.last_index() == Index{24});
    } else {
      ++stops;
      CHECK(script.host.stopped.find(failed) != std::string::npos);
    }
    script.host.cut_power();
    script.check_log();
  }
  CHECK(stops > 60);
  CHECK(went_on > 3);
}

TEST_CASE("while opening any operation may fail, and the next start finds the same") {
  Script script;
  script.run();
  const auto files = script.host.image();
  const auto expected = script.host.reopen();
  for (std::uint64_t n = 1;; ++n) {
    CAPTURE(n);
    script.host.load(files);
    script.host.disk.fail_at(n, FakeDisk::Failing::once);
    const bool failed = Wal::open(script.host.around(), script.host.options).has_error();
    script.host.disk.stop_failing();
    if (!failed && n > 1) break;  // the first is the look whether there is a log
    script.host.cut_power();
    CHECK(same_log(script.host.open().contents, expected));
  }
}

TEST_CASE("a full disk: no spare is no harm, no segment stops the log before it acknowledges") {
  LogHost host;
  host.options.segment_bytes_first = 32 * 1024;
  auto wal = host.create();
  host.disk.set_capacity(32 * 1024 + 5000);  // a part of the second segment
  std::uint64_t acknowledged = 0;
  for (std::uint64_t i = 1; i <= 20; ++i) {
    wal->append(entries({entry(1, i, std::string(3000, 'f'))}),
                [&, i](const WriteStats&) { acknowledged = i; });
    host.run();
    if (i == 6) CHECK(!host.disk.has(kDir + "/spare-0"));  // begun, failed, and removed
  }
  CHECK(acknowledged == 9);  // as many as fit into the first
  CHECK(host.stopped.find("No space left on device") != std::string::npos);
  wal.reset();
  host.end_process();
  host.disk.set_capacity(1 << 20);
  auto opened = host.open();
  CHECK(indexes(opened.contents).size() == 9);
  host.append(*opened.wal, entries({entry(1, 10, std::string(3000, 'f'))}));
  CHECK(host.reopen().entries.size() == 10);
}
