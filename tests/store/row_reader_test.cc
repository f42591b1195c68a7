#include "server/store/row_reader.h"

#include <doctest/doctest.h>

#include "tests/common/temp_dir.h"
#include "tests/store/sample_rows.h"

using namespace quorate;
using namespace quorate::store;
using namespace quorate::store::testing;

namespace {

std::vector<std::int64_t> numbers_of(const std::vector<mvcc::RowPtr>& rows) {
  std::vector<std::int64_t> numbers;
  for (const auto& row : rows) numbers.push_back(row->number().value());
  return numbers;
}

std::vector<std::int64_t> read(RowReader& reader, const std::vector<std::int64_t>& numbers) {
  std::vector<RowNumber> asked;
  for (const auto number : numbers) asked.emplace_back(number);
  return numbers_of(reader.read(asked));
}

}  // namespace

TEST_CASE("rows come in the order asked for, whatever runs the numbers make") {
  const TempDir dir;
  TableWriter writer{options_for(dir.file("table.db"))};
  write_rows(writer, 1, 20, 1);
  RowReader reader{dir.file("table.db")};
  using Numbers = std::vector<std::int64_t>;
  for (const Numbers& asked : {Numbers{}, Numbers{1}, Numbers{1, 2, 3}, Numbers{20, 19, 18},
                               Numbers{7, 7, 8, 8, 9}, Numbers{5, 6, 1, 2, 20, 3}}) {
    CHECK(read(reader, asked) == asked);
  }
}

TEST_CASE(
    "a row that is not there is an error that names the file's damage, and the next read goes") {
  const TempDir dir;
  TableWriter writer{options_for(dir.file("table.db"))};
  write_rows(writer, 1, 5, 1);
  RowReader reader{dir.file("table.db")};
  CHECK_THROWS_WITH_AS(read(reader, {6}), doctest::Contains("row 6 is missing in the table"),
                       SqliteError);
  CHECK_THROWS_AS(read(reader, {4, 5, 6}), SqliteError);
  CHECK(read(reader, {4, 5}) == std::vector<std::int64_t>{4, 5});
}

TEST_CASE("a reader sees what was committed before each of its reads") {
  const TempDir dir;
  TableWriter writer{options_for(dir.file("table.db"))};
  RowReader reader{dir.file("table.db")};
  for (std::int64_t number = 1; number <= 5; ++number) {
    write_rows(writer, number, 1, static_cast<std::uint64_t>(number));
    CHECK(read(reader, {number}) == std::vector<std::int64_t>{number});
    (void)writer.checkpoint();
  }
}
