#include "server/wal/wal.h"

#include <string>

#include "server/wal/format.h"
#include "tests/wal/log_host.h"

using namespace quorate;
using namespace quorate::wal;

namespace {

std::string big(char c) {
  return std::string(3000, c);
}

}  // namespace

TEST_CASE("a new log is empty and knows whose it is") {
  LogHost host;
  CHECK(!Wal::exists(host.disk, kDir));
  host.create();
  CHECK(Wal::exists(host.disk, kDir));
  const auto contents = host.reopen();
  CHECK(contents.identity == kIdentity);
  CHECK(contents.hard_state == raft::HardState{});
  CHECK(contents.entries.empty());
  CHECK(contents.torn_bytes == 0);
}

TEST_CASE("what was appended is there after a start, and the log goes on") {
  LogHost host;
  auto wal = host.create();
  auto batch = entries({entry(1, 1, ""), entry(1, 2, "two"), entry(2, 3, big('3'))});
  batch.entries[1].type = raft::EntryType::conf_change_v2;
  batch.hard_state = raft::HardState{Term{2}, MemberId{9}, Index{1}};
  const auto expected = batch.entries;
  host.append(*wal, std::move(batch));

  host.end_process();
  auto opened = host.open();
  CHECK(opened.contents.entries == expected);
  CHECK(opened.contents.hard_state == raft::HardState{Term{2}, MemberId{9}, Index{1}});
  host.append(*opened.wal, entries({entry(2, 4, "four")}));
  host.append(*opened.wal, state(3, 8, 4));

  const auto contents = host.reopen();
  REQUIRE(indexes(contents) == std::vector<std::uint64_t>{1, 2, 3, 4});
  CHECK(contents.entries[3] == entry(2, 4, "four"));
  CHECK(contents.hard_state == raft::HardState{Term{3}, MemberId{8}, Index{4}});
}

TEST_CASE("entries that rewrite an index cut the log there") {
  LogHost host;
  auto wal = host.create();
  host.append(*wal, entries({entry(1, 1), entry(1, 2), entry(1, 3), entry(1, 4)}));
  host.append(*wal, entries({entry(2, 3, "new")}));
  const auto contents = host.reopen();
  REQUIRE(indexes(contents) == std::vector<std::uint64_t>{1, 2, 3});
  CHECK(contents.entries[2] == entry(2, 3, "new"));
}

TEST_CASE("a snapshot starts the log anew, behind it or amid its entries") {
  for (const std::uint64_t index : {2, 100}) {
    LogHost host;
    auto wal = host.create();
    host.append(*wal, entries({entry(1, 1), entry(1, 2), entry(1, 3)}));
    auto batch = snapshot(index, 4);
    batch.entries = {entry(4, index + 1, "after")};
    host.append(*wal, std::move(batch));
    const auto contents = host.reopen();
    CHECK(contents.snapshot.index == Index{index});
    CHECK(contents.snapshot.conf.voters == std::vector<MemberId>{kIdentity.member});
    CHECK(contents.start_index == Index{index});
    CHECK(contents.start_term == Term{4});
    CHECK(contents.entries == std::vector<raft::Entry>{entry(4, index + 1, "after")});
  }
}

TEST_CASE("all that waits is one write and one sync, completed in order by one post") {
  LogHost host;
  auto wal = host.create();
  const auto operations = host.disk.operations();
  std::vector<int> order;
  std::vector<WriteStats> stats;
  for (int i = 0; i < 100; ++i) {
    wal->append(entries({entry(1, static_cast<std::uint64_t>(i) + 1)}), [&, i](const auto& cost) {
      order.push_back(i);
      stats.push_back(cost);
    });
  }
  host.worker.run();
  CHECK(host.disk.operations() == operations + 2);
  CHECK(order.empty());
  host.home.run_one();
  CHECK(host.home.is_idle());
  REQUIRE(order.size() == 100);
  for (int i = 0; i < 100; ++i) CHECK(order[static_cast<std::size_t>(i)] == i);
  CHECK(stats[0].appends == 100);
  CHECK(stats[0].bytes == 7 * 512);  // 100 x (25 + 5 + 4) bytes and 8, in 504 each
  CHECK(stats[99].appends == 0);
  CHECK(stats[99].bytes == 0);
}

TEST_CASE("a group has a limit, and what is beyond it follows at once") {
  LogHost host;
  auto wal = host.create();
  const std::string megabyte(1 << 20, 'm');
  int durable = 0;
  std::uint32_t groups = 0;
  for (std::uint64_t i = 1; i <= 10; ++i) {
    wal->append(entries({entry(1, i, megabyte)}), [&](const WriteStats& cost) {
      ++durable;
      if (cost.appends != 0) ++groups;
    });
  }
  host.run();
  CHECK(durable == 10);
  CHECK(groups == 3);  // 4 + 4 + 2
  CHECK(host.reopen().entries.size() == 10);
}

TEST_CASE("the log runs over many segments, each readable from its own head") {
  LogHost host;
  auto wal = host.create();
  for (std::uint64_t i = 1; i <= 100; ++i) {
    host.append(*wal, entries({entry(1 + i / 10, i, big(static_cast<char>('a' + i % 26)))}));
  }
  CHECK(host.segments().size() > 5);
  CHECK(wal->disk_bytes() < 600'000);
  const auto contents = host.reopen();
  REQUIRE(contents.entries.size() == 100);
  for (std::uint64_t i = 1; i <= 100; ++i) {
    CHECK(contents.entries[i - 1] == entry(1 + i / 10, i, big(static_cast<char>('a' + i % 26))));
  }
}

TEST_CASE("segments double in size up to the maximum; only a larger batch gets a larger one") {
  LogHost host;
  auto wal = host.create();
  host.append(*wal, state(1, 1, 0));
  for (std::uint64_t i = 1; i <= 40; ++i) host.append(*wal, entries({entry(1, i, big('x'))}));
  host.append(*wal, entries({entry(1, 41, std::string(100'000, 'y'))}));
  for (std::uint64_t i = 42; i <= 50; ++i) host.append(*wal, entries({entry(1, i, big('x'))}));
  std::vector<std::uint64_t> sizes;
  for (const auto& segment : host.segments()) {
    sizes.push_back(segment.bytes / 1024);
  }
  CHECK(sizes == std::vector<std::uint64_t>{8, 16, 32, 32, 32, 32, 100, 32});
  CHECK(host.reopen().entries.size() == 50);
}

TEST_CASE("released segments go, what came after stays, and the space is used again") {
  LogHost host;
  auto wal = host.create();
  std::uint64_t most = 0;
  host.append(*wal, state(7, 3, 0));
  for (std::uint64_t i = 1; i <= 500; ++i) {
    host.append(*wal, entries({entry(7, i, big('r'))}));
    wal->release(Index{i > 5 ? i - 5 : 0});
    host.run();
    most = std::max(most, wal->disk_bytes());
  }
  CHECK(most <= 5 * 32 * 1024);
  CHECK(host.disk.has(kDir + "/spare-0"));
  host.end_process();
  auto opened = host.open();
  const auto& contents = opened.contents;
  CHECK(contents.start_index <= Index{495});
  CHECK(contents.start_index > Index{470});
  CHECK(contents.start_term == Term{7});
  CHECK(contents.hard_state == raft::HardState{Term{7}, MemberId{3}, Index{0}});
  CHECK(contents.entries.front().index == contents.start_index.next());
  CHECK(contents.entries.back().index == Index{500});
  host.append(*opened.wal, entries({entry(7, 501)}));
  CHECK(host.reopen().entries.back() == entry(7, 501));
}

TEST_CASE("a segment stays while anything in it may still be needed") {
  LogHost host;
  auto wal = host.create();
  for (std::uint64_t i = 1; i <= 30; ++i) host.append(*wal, entries({entry(1, i, big('k'))}));
  for (std::uint64_t released = 0; released <= 30; ++released) {
    wal->release(Index{released});
    host.run();
    LogHost copy;
    REQUIRE(copy.disk.make_dir(kDir).has_value());
    for (const auto& segment : host.segments()) {
      const auto path = kDir + "/" + segment_name(segment.sequence);
      copy.disk.put(path, host.disk.bytes(path));
    }
    const auto contents = copy.reopen();
    CHECK(contents.start_index <= Index{released});
    CHECK(contents.entries.back().index == Index{30});
  }
}

TEST_CASE("the next segment is prepared ahead of need, a slice at a time between groups") {
  LogHost host;
  host.options.segment_bytes_first = 1 << 20;
  host.options.segment_bytes_max = 1 << 20;
  auto wal = host.create();
  const std::string half(600'000, 'h');
  wal->append(entries({entry(1, 1, half)}), [](const auto&) {});
  host.worker.run_one();  // taken
  host.worker.run_one();  // written
  host.worker.run_one();  // a first slice of the spare
  CHECK(!host.worker.is_idle());
  CHECK(host.disk.bytes(kDir + "/spare-0").size() == 256 * 1024);
  host.run();
  CHECK(host.disk.bytes(kDir + "/spare-0").size() == 1 << 20);

  std::string operations;
  host.disk.trace = [&](const std::string& line) { operations += line + "\n"; };
  host.append(*wal, entries({entry(1, 2, half)}));
  CHECK(operations ==
        "open /data/wal/spare-0\n"
        "write /data/wal/spare-0\n"
        "sync /data/wal/spare-0\n"
        "rename /data/wal/spare-0 /data/wal/00000002.wal\n"
        "sync_dir /data/wal\n"
        "open /data/wal/00000002.wal\n"
        "write /data/wal/00000002.wal\n"
        "sync /data/wal/00000002.wal\n"
        // and, more than half full again, the next spare
        "open /data/wal/spare-0\n"
        "write /data/wal/spare-0\nsync /data/wal/spare-0\n"
        "write /data/wal/spare-0\nsync /data/wal/spare-0\n"
        "write /data/wal/spare-0\nsync /data/wal/spare-0\n"
        "write /data/wal/spare-0\nsync /data/wal/spare-0\n");
}

TEST_CASE("a second opener is told that the log is in use") {
  LogHost host;
  auto wal = host.create();
  const auto again = Wal::open(host.around(), host.options);
  REQUIRE(again.has_error());
  CHECK(again.error().code == Code::failed_precondition);
  wal.reset();
  CHECK(Wal::open(host.around(), host.options).has_value());
}

TEST_CASE("create refuses a directory with a log, open one without") {
  LogHost host;
  CHECK(Wal::open(host.around(), host.options).error().code == Code::not_found);
  CHECK(!host.disk.has(kDir + "/LOCK"));
  host.create();
  CHECK(Wal::create(host.around(), host.options, kIdentity).error().code == Code::already_exists);
}

TEST_CASE("files that are not the log's are named and left alone") {
  LogHost host;
  host.create();
  const std::vector<std::string> foreign{"00000000.wal",
                                         "0000000000000000-0000000000000000.wal",
                                         "00000002.wal.bak",
                                         "0000000A.wal",
                                         "notes",
                                         "spare-2"};
  for (const auto& name : foreign) host.disk.put(kDir + "/" + name, "not yours");
  auto contents = host.reopen();
  CHECK(contents.ignored_files == foreign);
  for (const auto& name : foreign) CHECK(host.disk.bytes(kDir + "/" + name) == "not yours");
}

TEST_CASE("a log that was removed leaves spares that do not confuse the next one") {
  LogHost host;
  auto wal = host.create();
  for (std::uint64_t i = 1; i <= 300; ++i) {
    host.append(*wal, entries({entry(1, i, big('o'))}));
    wal->release(Index{i});
  }
  host.run();
  const auto spare = host.disk.bytes(kDir + "/spare-0");
  REQUIRE(!is_blank_stamp(spare.data() + 9 * kSectorBytes - kStampBytes));
  host.load({{"spare-0", spare}, {"spare-1", spare}});
  host.options.segment_bytes_first = 32 * 1024;
  wal = host.create();
  CHECK(!host.disk.has(kDir + "/spare-0"));
  CHECK(!host.disk.has(kDir + "/spare-1"));
  // Head and seven groups fill a page; what follows is as the file was before.
  for (std::uint64_t i = 1; i <= 7; ++i) host.append(*wal, entries({entry(1, i)}));
  CHECK(host.reopen().entries.size() == 7);
}

TEST_CASE("without syncing the log writes and reads the same, and never syncs") {
  LogHost host;
  host.options.sync = Sync::off;
  const auto before = host.disk.syncs();
  auto wal = host.create();
  for (std::uint64_t i = 1; i <= 30; ++i) host.append(*wal, entries({entry(1, i, big('u'))}));
  wal->release(Index{20});
  host.run();
  CHECK(host.reopen().entries.back().index == Index{30});
  CHECK(host.disk.syncs() == before);
}

TEST_CASE("what was written without syncing is durable once the log was opened with it") {
  LogHost host;
  auto wal = host.create();
  host.end_process();
  host.options.sync = Sync::off;
  auto opened = host.open();
  for (std::uint64_t i = 1; i <= 30; ++i) {
    host.append(*opened.wal, entries({entry(1, i, big('u'))}));
  }
  host.end_process();
  host.options.sync = Sync::on;
  opened = host.open();
  CHECK(opened.contents.entries.size() == 30);
  host.cut_power();
  CHECK(host.open().contents.entries.size() == 30);
}

TEST_CASE("the log's own thread completes everything before the log is gone") {
  LogHost host;
  auto around = host.around();
  around.worker = nullptr;
  int durable = 0;
  {
    auto wal = Wal::create(around, host.options, kIdentity);
    REQUIRE(wal.has_value());
    for (std::uint64_t i = 1; i <= 200; ++i) {
      (*wal)->append(entries({entry(1, i, big('t'))}), [&](const auto&) { ++durable; });
      if (i % 10 == 0) (*wal)->release(Index{i / 2});
    }
  }
  host.home.run();
  CHECK(durable == 200);
  CHECK(host.reopen().entries.back().index == Index{200});
}
