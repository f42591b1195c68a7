// Giving room back while the table goes on being written.
#include <optional>

#include <doctest/doctest.h>

#include "common/event_loop.h"
#include "server/store/table_file.h"
#include "tests/common/temp_dir.h"
#include "tests/store/sample_rows.h"

using namespace quorate;
using namespace quorate::store;
using namespace quorate::store::testing;

namespace {

constexpr std::int64_t kMegabyte = 1 << 20;

struct Fixture {
  explicit Fixture(const TempDir& dir)
      : path{dir.file("table.db")}, file{options_for(path), loop, Log{}} {
    (void)file.load();
    file.on_defragmented([this](std::chrono::nanoseconds) { ++times; });
    file.on_checkpoint([this](const replica::TableWritten& state) { size = state.size; });
  }

  void wait_for(const std::function<bool()>& done) {
    REQUIRE(loop.run_until(done, std::chrono::steady_clock::now() + std::chrono::seconds{60}));
  }
  void write(replica::TableBatch batch) {
    bool is_written = false;
    batch.applied = Index{++applied};
    file.write(std::move(batch), [&](const replica::TableWritten&) { is_written = true; });
    wait_for([&] { return is_written; });
  }
  void put(std::int64_t first, std::int64_t count) {
    std::vector<mvcc::RowPtr> rows;
    for (std::int64_t number = first; number < first + count; ++number) {
      rows.push_back(put_row(number, "key/" + std::to_string(number), std::string(1000, 'v')));
    }
    write(batch_of(rows, 0));
  }
  void drop(std::int64_t first, std::int64_t count) {
    replica::TableBatch batch;
    for (std::int64_t number = first; number < first + count; ++number) {
      batch.dropped.emplace_back(number);
    }
    write(std::move(batch));
  }
  [[nodiscard]] std::int64_t bytes_on_disk() const {
    return static_cast<std::int64_t>(std::filesystem::file_size(path));
  }

  EventLoop loop;
  std::string path;
  TableFile file;
  std::uint64_t applied = 0;
  int times = 0;
  replica::TableSize size;
};

}  // namespace

TEST_CASE("the file gets as short as its content, and rows written meanwhile do not wait") {
  const TempDir dir;
  Fixture f{dir};
  f.put(1, 40'000);
  f.drop(1, 39'000);
  f.file.defragment();
  CHECK(f.file.is_defragmenting());
  std::int64_t batches = 0;
  while (f.times == 0) {
    f.put(40'001 + 10 * batches, 10);
    ++batches;
  }
  CHECK(batches > 10);  // tens of slices, a batch in between
  CHECK_FALSE(f.file.is_defragmenting());
  CHECK(f.bytes_on_disk() < 4 * kMegabyte + batches * 20'000);
  CHECK(f.size.allocated_bytes == f.bytes_on_disk());
  CHECK(f.size.used_bytes > f.size.allocated_bytes * 9 / 10);

  std::optional<Result<std::vector<mvcc::RowPtr>>> read;
  f.file.read({RowNumber{39'001}, RowNumber{40'005}}, [&](auto rows) { read = std::move(rows); });
  f.wait_for([&] { return read.has_value(); });
  CHECK((*read)->size() == 2);
}

TEST_CASE("asked twice it is done once; with nothing to give back it is done at once") {
  const TempDir dir;
  Fixture f{dir};
  f.put(1, 10'000);
  f.drop(1, 10'000);
  f.file.defragment();
  f.file.defragment();
  f.wait_for([&] { return f.times == 1; });
  CHECK(f.bytes_on_disk() < kMegabyte);
  f.file.defragment();
  f.wait_for([&] { return f.times == 2; });
}

TEST_CASE("closing in the middle of it loses nothing") {
  const TempDir dir;
  {
    Fixture f{dir};
    f.put(1, 20'000);
    f.drop(1, 19'990);
    f.file.defragment();
    f.put(20'001, 10);
  }
  TableWriter writer{options_for(dir.file("table.db"))};
  (void)writer.load();
  CHECK(all_rows(writer).size() == 20);
}
