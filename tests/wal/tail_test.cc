// What a crash can leave of the last group, and what a start makes of it.
#include <string>

#include "server/wal/format.h"
#include "tests/wal/log_host.h"

using namespace quorate;
using namespace quorate::wal;

namespace {

// A log whose last group, of several sectors, begins at `begin` of segment `name`; with the bytes
// of before and after it was written.
struct LastGroup {
  std::string name;
  std::size_t begin = 0;
  std::size_t end = 0;
  Image before;
  Image after;
  Contents without;  // what the log says without the group
  Contents with;
};

constexpr std::size_t kSectors = 4;

LastGroup write_last_group(LogHost& host, Wal& wal, std::uint64_t index) {
  LastGroup group;
  group.before = host.image();
  host.append(wal, entries({entry(3, index, std::string(kSectors * 504 - 600, 'l')),
                            entry(3, index + 1, std::string(500, 'm'))}));
  group.after = host.image();
  group.name = segment_name(host.segments().back().sequence);
  const auto& old = group.before.at(group.name);
  const auto& now = group.after.at(group.name);
  while (old.substr(group.begin, 512) == now.substr(group.begin, 512)) group.begin += 512;
  group.end = group.begin + kSectors * 512;
  group.with = host.reopen();
  host.load(group.before);
  group.without = host.open().contents;
  REQUIRE(group.with.entries.size() == group.without.entries.size() + 2);
  return group;
}

// In a segment that was never used before.
LastGroup in_new_segment(LogHost& host) {
  auto wal = host.create();
  host.append(*wal, entries({entry(2, 1, "first"), entry(2, 2, std::string(700, 's'))}));
  host.append(*wal, state(2, 5, 1));
  return write_last_group(host, *wal, 3);
}

// In a recycled one, over the remains of what it held.
LastGroup in_recycled_segment(LogHost& host) {
  host.options.segment_bytes_max = 8 * 1024;
  auto wal = host.create();
  std::uint64_t index = 0;
  while (host.segments().back().sequence < 6) {
    ++index;
    host.append(*wal, entries({entry(2, index, std::string(1100, 'r'))}));
    wal->release(Index{index - 1});
    host.run();
  }
  // Up to the last sector of a page: behind it, what the segment held before still stands.
  ++index;
  host.append(*wal, entries({entry(2, index, std::string(1100, 'r'))}));
  auto group = write_last_group(host, *wal, index + 1);
  REQUIRE(group.begin == 7 * 512);
  const auto& old = group.before.at(group.name);
  for (std::size_t at = 8 * 512; at < group.end; at += 512) {
    REQUIRE(!is_blank_stamp(old.data() + at + kContentBytes));
  }
  return group;
}

// The log opens with everything before the group, goes on, and nothing of the group comes back,
// whatever a power cut then does.
void check_cut(LogHost& host, const LastGroup& group, const Image& torn) {
  host.load(torn);
  auto opened = host.open();
  REQUIRE(same_log(opened.contents, group.without));
  host.cut_power();
  opened = host.open();
  REQUIRE(same_log(opened.contents, group.without));
  REQUIRE(opened.contents.torn_bytes == 0);
  const auto index = group.without.entries.back().index.value() + 1;
  host.append(*opened.wal, entries({entry(4, index, "other")}));
  const auto contents = host.reopen();
  REQUIRE(contents.entries.size() == group.without.entries.size() + 1);
  REQUIRE(contents.entries.back() == entry(4, index, "other"));
}

}  // namespace

TEST_CASE("a log cut off at any byte of its last group opens with everything before it") {
  LogHost host;
  const auto group = in_new_segment(host);
  for (std::size_t cut = group.begin; cut < group.end; ++cut) {
    CAPTURE(cut);
    auto torn = group.after;
    torn[group.name].resize(cut);
    check_cut(host, group, torn);
  }
}

TEST_CASE("a last group of which any sectors were not written is cut off") {
  for (const bool is_recycled : {false, true}) {
    LogHost host;
    const auto group = is_recycled ? in_recycled_segment(host) : in_new_segment(host);
    for (unsigned written = 0; written < (1u << kSectors); ++written) {
      CAPTURE(is_recycled);
      CAPTURE(written);
      auto torn = group.before;
      std::uint64_t torn_end = group.begin;
      for (std::size_t i = 0; i < kSectors; ++i) {
        if ((written >> i & 1) == 0) continue;
        const auto at = group.begin + i * 512;
        torn[group.name].replace(at, 512, group.after.at(group.name), at, 512);
        torn_end = at + 512;
      }
      host.load(torn);
      const auto contents = host.open().contents;
      if (written == (1u << kSectors) - 1) {
        CHECK(same_log(contents, group.with));
      } else {
        CHECK(contents.torn_bytes == torn_end - group.begin);
        check_cut(host, group, torn);
      }
    }
  }
}

TEST_CASE("a group torn by a write that was interrupted again is still cut off") {
  LogHost host;
  const auto group = in_new_segment(host);
  auto torn = group.after;
  torn[group.name].replace(group.begin, 512, std::string(512, '\0'));
  for (std::uint64_t n = 1;; ++n) {
    host.load(torn);
    host.disk.fail_at(n, sim::FakeDisk::Failing::from_then_on);
    const bool failed = Wal::open(host.around(), host.options).has_error();
    host.disk.stop_failing();
    if (!failed) break;
    host.cut_power();
    REQUIRE(same_log(host.open().contents, group.without));
  }
}

TEST_CASE("what was read is durable, though the sync of whoever wrote it had failed") {
  LogHost host;
  auto wal = host.create();
  host.append(*wal, entries({entry(1, 1, "kept")}));
  wal->append(entries({entry(1, 2, std::string(3000, 'x'))}), [](const auto&) { FAIL("durable"); });
  host.disk.fail_at(2, sim::FakeDisk::Failing::once);
  host.run();
  CHECK(host.stopped ==
        "the log could not be written, what the disk holds is unknown: sync "
        "/data/wal/00000001.wal: Input/output error");

  const auto contents = host.reopen();  // from the kernel's memory
  REQUIRE(indexes(contents) == std::vector<std::uint64_t>{1, 2});
  host.cut_power();
  CHECK(indexes(host.open().contents) == std::vector<std::uint64_t>{1, 2});
}
