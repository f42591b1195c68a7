#include "server/store/table_file.h"

#include <optional>

#include <doctest/doctest.h>

#include "common/event_loop.h"
#include "tests/common/temp_dir.h"
#include "tests/store/sample_rows.h"

using namespace quorate;
using namespace quorate::store;
using namespace quorate::store::testing;
using replica::TableWritten;

namespace {

using RowsResult = Result<std::vector<mvcc::RowPtr>>;

// A table's file whose home is the test.
struct Fixture {
  explicit Fixture(Options options) : file{options, loop, Log{}} { (void)file.load(); }
  explicit Fixture(const TempDir& dir) : Fixture{options_for(dir.file("table.db"))} {}

  void wait_for(const std::function<bool()>& done) {
    REQUIRE(loop.run_until(done, std::chrono::steady_clock::now() + std::chrono::seconds{20}));
  }
  TableWritten write(const std::vector<mvcc::RowPtr>& rows, std::uint64_t applied) {
    std::optional<TableWritten> written;
    file.write(batch_of(rows, applied), [&](const TableWritten& state) { written = state; });
    wait_for([&] { return written.has_value(); });
    return *written;
  }
  RowsResult read(std::vector<RowNumber> numbers) {
    std::optional<RowsResult> result;
    file.read(std::move(numbers), [&](RowsResult rows) { result.emplace(std::move(rows)); });
    wait_for([&] { return result.has_value(); });
    return std::move(*result);
  }

  EventLoop loop;
  TableFile file;
};

}  // namespace

TEST_CASE("every reader sees rows once they are said to be written") {
  const TempDir dir;
  auto options = options_for(dir.file("table.db"));
  options.readers = 3;
  Fixture f{options};
  for (std::int64_t number = 1; number <= 6; ++number) {
    const std::vector rows{put_row(number, "k", std::to_string(number))};
    CHECK(f.write(rows, static_cast<std::uint64_t>(number)).last_row == RowNumber{number});
    const auto read = f.read({RowNumber{number}});
    REQUIRE(read.has_value());
    CHECK(text_of(*(*read)[0]) == text_of(*rows[0]));
  }
}

TEST_CASE("reading a row that is not there is an error, not an end") {
  const TempDir dir;
  Fixture f{dir};
  const auto read = f.read({RowNumber{1}});
  REQUIRE_FALSE(read.has_value());
  CHECK(read.error().code == Code::data_loss);
  CHECK(read.error().message.find("row 1 is missing in the table") != std::string::npos);
}

TEST_CASE("batches are answered in order, each transaction is told of before its batches") {
  const TempDir dir;
  Fixture f{dir};
  std::vector<std::string> said;
  f.file.on_commit([&](const TableWritten& state) {
    said.push_back("commit to " + std::to_string(state.last_row.value()));
  });
  std::vector<mvcc::RowPtr> rows;
  int answered = 0;
  for (std::int64_t number = 1; number <= 50; ++number) {
    rows.push_back(put_row(number, "k", "v"));
    f.file.write(batch_of({rows.back()}, static_cast<std::uint64_t>(number)),
                 [&, number](const TableWritten& state) {
                   CHECK(state.last_row >= RowNumber{number});
                   said.push_back(std::to_string(number));
                   ++answered;
                 });
  }
  f.wait_for([&] { return answered == 50; });
  CHECK(said.front().starts_with("commit to "));
  std::vector<std::string> numbers;
  for (const auto& each : said) {
    if (!each.starts_with("commit")) numbers.push_back(each);
  }
  for (std::size_t i = 0; i < numbers.size(); ++i) CHECK(numbers[i] == std::to_string(i + 1));
  CHECK(said.size() - numbers.size() <= 50);
}

TEST_CASE("much written is made durable at once, little after some idle seconds") {
  const TempDir dir;
  auto options = options_for(dir.file("table.db"));
  options.checkpoint_bytes = 50'000;
  Fixture f{options};
  std::optional<TableWritten> durable;
  f.file.on_checkpoint([&](const TableWritten& state) { durable = state; });
  (void)f.write({put_row(1, "k", "v")}, 1);
  CHECK_FALSE(durable.has_value());
  (void)f.write({put_row(2, "k", std::string(60'000, 'v'))}, 2);
  f.wait_for([&] { return durable.has_value(); });
  CHECK(durable->durable == Index{2});

  (void)f.write({put_row(3, "k", "v")}, 3);
  durable.reset();
  for (int seconds = 0; seconds < 5; ++seconds) f.file.tick();
  f.wait_for([&] { return durable.has_value(); });
  CHECK(durable->durable == Index{3});
}

TEST_CASE("closing writes what was asked and makes it durable") {
  const TempDir dir;
  const std::vector rows{put_row(1, "k", "v")};
  {
    Fixture f{dir};
    f.file.write(batch_of(rows, 8), [](const TableWritten&) {});
  }
  std::filesystem::remove(dir.file("table.db-wal"));
  TableWriter writer{options_for(dir.file("table.db"))};
  CHECK(writer.load().applied == Index{8});
  CHECK(all_rows(writer).size() == 1);
}
