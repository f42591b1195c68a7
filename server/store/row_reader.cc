#include "server/store/row_reader.h"

namespace quorate::store {

mvcc::RowPtr row_of(const Statement& statement) {
  mvcc::Row::Fields fields;
  fields.number = RowNumber{statement.column(0)};
  fields.revision = {Revision{statement.column(1)}, statement.column(2)};
  fields.create_revision = Revision{statement.column(5)};
  fields.version = statement.column(6);
  fields.lease = LeaseId{statement.column(7)};
  fields.kind = statement.column(8) != 0 ? mvcc::RowKind::tombstone : mvcc::RowKind::put;
  return mvcc::RowPtr::make(fields, statement.bytes(3), statement.bytes(4));
}

RowReader::RowReader(const std::string& path)
    : database_{path, Database::Access::read},
      run_{database_,
           "SELECT row, main, sub, key, value, create_revision, version, lease, deleted "
           "FROM revisions WHERE row BETWEEN ?1 AND ?2 ORDER BY row"} {
  database_.execute("PRAGMA cache_size = -4096");
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
    read_run(numbers[at], length, rows);
    at += length;
  }
  return rows;
}

std::vector<mvcc::RowPtr> RowReader::scan(const replica::HistoryPart& part) {
  std::vector<mvcc::RowPtr> rows;
  std::size_t bytes = 0;
  run_.bind(1, part.after.value() + 1).bind(2, part.last.value());
  while (rows.size() < part.rows_max && bytes < part.bytes_max && run_.step()) {
    rows.push_back(row_of(run_));
    bytes += rows.back()->footprint();
  }
  run_.reset();
  return rows;
}

void RowReader::read_run(RowNumber first, std::size_t count, std::vector<mvcc::RowPtr>& out) {
  const std::size_t before = out.size();
  const auto last = first.value() + static_cast<std::int64_t>(count) - 1;
  run_.bind(1, first.value()).bind(2, last);
  while (run_.step()) out.push_back(row_of(run_));
  run_.reset();
  if (out.size() - before != count) {
    throw SqliteError{"row " + std::to_string(first.value()) + " is missing in the table"};
  }
}

}  // namespace quorate::store
