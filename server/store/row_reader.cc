#include "server/store/row_reader.h"

namespace quorate::store {
namespace {

// As row_of() takes them apart.
const std::string kSelect =
    "SELECT row, main, sub, key, value, create_revision, version, lease, deleted FROM revisions ";
const std::string kSelectSpan = kSelect + "WHERE row BETWEEN ?1 AND ?2 ORDER BY row";

[[noreturn]] void refuse_missing(RowNumber row) {
  throw SqliteError{"row " + std::to_string(row.value()) + " is missing in the table"};
}

}  // namespace

std::string all_rows_sql() {
  return kSelect + "ORDER BY row";
}

mvcc::Row::Fields fields_of(const Statement& statement) {
  mvcc::Row::Fields fields;
  fields.number = RowNumber{statement.column(0)};
  fields.revision = {Revision{statement.column(1)}, statement.column(2)};
  fields.create_revision = Revision{statement.column(5)};
  fields.version = statement.column(6);
  fields.lease = LeaseId{statement.column(7)};
  fields.kind = statement.column(8) != 0 ? mvcc::RowKind::tombstone : mvcc::RowKind::put;
  return fields;
}

mvcc::RowPtr row_of(const Statement& statement) {
  return mvcc::RowPtr::make(fields_of(statement), statement.bytes(3), statement.bytes(4));
}

RowReader::RowReader(const std::string& path)
    : database_{path, Database::Access::read},
      run_{database_, kSelectSpan.c_str()},
      one_{database_, (kSelect + "WHERE row = ?1").c_str()},
      next_{database_, "SELECT row, main FROM revisions WHERE row >= ?1 ORDER BY row LIMIT 1"},
      newest_{database_, "SELECT max(row) FROM revisions"},
      scanned_{path, Database::Access::read},
      scan_{scanned_, kSelectSpan.c_str()} {
  database_.execute("PRAGMA cache_size = -4096");
  scanned_.execute("PRAGMA cache_size = -256");
}

std::size_t RowReader::run_length(const std::vector<RowNumber>& numbers, std::size_t from) {
  std::size_t length = 1;
  while (from + length < numbers.size() &&
         numbers[from + length] == numbers[from + length - 1].next()) {
    ++length;
  }
  return length;
}

std::vector<mvcc::RowPtr> RowReader::read(const std::vector<RowNumber>& numbers) {
  std::vector<mvcc::RowPtr> rows;
  rows.reserve(numbers.size());
  Transaction transaction{database_};  // one view and one lock for all
  for (std::size_t at = 0; at < numbers.size();) {
    const std::size_t length = run_length(numbers, at);
    length == 1 ? read_one(numbers[at], rows) : read_run(numbers[at], length, rows);
    at += length;
  }
  return rows;
}

std::vector<mvcc::RowPtr> RowReader::scan(const replica::HistoryPart& part) {
  std::vector<mvcc::RowPtr> rows;
  std::size_t bytes = 0;
  scan_.bind(1, part.after.value() + 1).bind(2, part.last.value());
  while (rows.size() < part.rows_max && bytes < part.bytes_max && scan_.step()) {
    rows.push_back(row_of(scan_));
    bytes += rows.back()->footprint();
  }
  scan_.reset();
  return rows;
}

// Revisions ascend with their rows: found by halving, without an index of their own.
RowNumber RowReader::locate(Revision main) {
  Transaction transaction{database_};
  std::int64_t low = 1;
  std::int64_t high = newest_.step() ? newest_.column(0) + 1 : 1;
  newest_.reset();
  while (low < high) {
    const std::int64_t middle = low + (high - low) / 2;
    const bool is_found = next_.bind(1, middle).step();
    if (is_found && next_.column(1) < main.value()) {
      low = next_.column(0) + 1;
    } else {
      high = middle;
    }
    next_.reset();
  }
  return RowNumber{low};
}

void RowReader::read_one(RowNumber row, std::vector<mvcc::RowPtr>& out) {
  if (!one_.bind(1, row.value()).step()) refuse_missing(row);
  out.push_back(row_of(one_));
  one_.reset();
}

void RowReader::read_run(RowNumber first, std::size_t count, std::vector<mvcc::RowPtr>& out) {
  const std::size_t before = out.size();
  const auto last = first.value() + static_cast<std::int64_t>(count) - 1;
  run_.bind(1, first.value()).bind(2, last);
  while (run_.step()) out.push_back(row_of(run_));
  run_.reset();
  if (out.size() - before != count) refuse_missing(first);
}

}  // namespace quorate::store
