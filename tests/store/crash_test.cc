// The file as it is found after the process ended at some moment, and after a disk that failed.
#include <algorithm>

#include <doctest/doctest.h>

#include "tests/common/temp_dir.h"
#include "tests/store/sample_rows.h"
#include "tests/store/watched_files.h"

using namespace quorate;
using namespace quorate::store;
using namespace quorate::store::testing;

namespace {

constexpr std::uint64_t kBatches = 12;
constexpr std::int64_t kRowsPerBatch = 4;

// Batch after batch, a checkpoint now and then, some rows dropped. After batch n the rows and the
// applied index say n, in every file that is whole.
void write_history(TableWriter& writer) {
  for (std::uint64_t applied = 1; applied <= kBatches; ++applied) {
    const auto first = static_cast<std::int64_t>(applied - 1) * kRowsPerBatch + 1;
    write_rows(writer, first, kRowsPerBatch, applied, std::string(3000, 'v'));
    if (applied % 4 == 0) (void)writer.checkpoint();
  }
}

// Rows and applied index of a file found after a crash. Returns the index.
std::uint64_t check_whole(const std::string& path) {
  TableWriter writer{options_for(path)};
  const auto applied = writer.load().applied.value();
  CHECK(all_rows(writer).size() == applied * static_cast<std::uint64_t>(kRowsPerBatch));
  return applied;
}

void copy_files(const TempDir& from, const TempDir& to) {
  for (const char* name : {"table.db", "table.db-wal", "table.db-journal"}) {
    std::error_code none;
    std::filesystem::remove(to.file(name), none);
    std::filesystem::copy_file(from.file(name), to.file(name), none);
  }
}

}  // namespace

TEST_CASE(
    "killed before any change of its files the table is whole, rows and applied index alike") {
  const TempDir dir;
  const TempDir copy;
  std::uint64_t moments = 0;
  std::uint64_t seen = 0;
  bool is_checking = false;  // opening the copy changes files too
  const WatchedFiles watched{[&](FileChange) {
    if (is_checking) return true;
    is_checking = true;
    ++moments;
    copy_files(dir, copy);
    const std::uint64_t applied = check_whole(copy.file("table.db"));
    CHECK(applied >= seen);
    seen = applied;
    is_checking = false;
    return true;
  }};
  {
    TableWriter writer{options_for(dir.file("table.db"))};
    (void)writer.load();
    write_history(writer);
  }
  CHECK(moments > 50);
  CHECK(check_whole(dir.file("table.db")) == kBatches);
}

TEST_CASE("whichever write or sync fails says so, and leaves a whole table behind") {
  std::uint64_t failed = 0;
  for (std::uint64_t nth = 1;; ++nth) {
    CAPTURE(nth);
    const TempDir dir;
    std::uint64_t count = 0;
    bool has_failed = false;
    {
      // From the nth change on nothing works any more.
      const WatchedFiles watched{[&](FileChange) { return ++count < nth; }};
      try {
        TableWriter writer{options_for(dir.file("table.db"))};
        (void)writer.load();
        write_history(writer);
      } catch (const SqliteError& error) {
        has_failed = true;
        CHECK(std::string{error.what()}.starts_with(dir.file("table.db") + ": "));
      }
    }
    (void)check_whole(dir.file("table.db"));
    if (!has_failed) break;
    ++failed;
  }
  CHECK(failed > 50);
}

TEST_CASE("a sync that failed makes nothing durable") {
  const TempDir dir;
  bool works = true;
  const WatchedFiles watched{
      [&](FileChange change) { return works || change != FileChange::sync; }};
  TableWriter writer{options_for(dir.file("table.db"))};
  (void)writer.load();
  write_rows(writer, 1, 1, 1);
  works = false;
  CHECK_THROWS_AS((void)writer.checkpoint(), SqliteError);
  CHECK_FALSE(writer.is_synced());
}

// What a power cut may not find: pages of the table without the write-ahead file they came from, or
// that file written over before they are durable.
TEST_CASE("a checkpoint syncs before it changes the table, and after") {
  const TempDir dir;
  std::vector<FileChange> changes;
  const WatchedFiles watched{[&](FileChange change) {
    changes.push_back(change);
    return true;
  }};
  TableWriter writer{options_for(dir.file("table.db"))};
  (void)writer.load();
  write_rows(writer, 1, 100, 1);
  changes.clear();
  (void)writer.checkpoint();
  REQUIRE(changes.size() > 2);
  CHECK(changes.front() == FileChange::sync);
  CHECK(changes.back() == FileChange::sync);
  CHECK(std::count(changes.begin(), changes.end(), FileChange::sync) == 2);

  // The write-ahead file begins anew: its old frames must not come back without the new ones.
  changes.clear();
  write_rows(writer, 101, 1, 2);
  REQUIRE(changes.size() > 2);
  CHECK(changes[0] == FileChange::write);
  CHECK(changes[1] == FileChange::sync);
}
