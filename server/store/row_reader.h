// Reads rows of the table by number, on a connection of its own.
#pragma once

#include <string>
#include <vector>

#include "server/mvcc/row.h"
#include "server/replica/ports.h"
#include "server/store/sqlite.h"

namespace quorate::store {

// Home: the reader's thread. Failures throw SqliteError.
class RowReader {
 public:
  explicit RowReader(const std::string& path);

  // In the order asked for. A number that is not in the table throws.
  [[nodiscard]] std::vector<mvcc::RowPtr> read(const std::vector<RowNumber>& numbers);
  [[nodiscard]] std::vector<mvcc::RowPtr> scan(const replica::HistoryPart& part);
  [[nodiscard]] RowNumber locate(Revision main);

 private:
  // Consecutive numbers are read in one go: a third of the cost of one by one.
  [[nodiscard]] static std::size_t run_length(const std::vector<RowNumber>& numbers,
                                              std::size_t from);
  void read_one(RowNumber row, std::vector<mvcc::RowPtr>& out);
  void read_run(RowNumber first, std::size_t count, std::vector<mvcc::RowPtr>& out);

  Database database_;
  Statement run_;
  Statement one_;
  Statement next_;
  Statement newest_;
  Database scanned_;
  Statement scan_;
};

// A row from a statement's columns: row, main, sub, key, value, create_revision, version, lease,
// deleted.
[[nodiscard]] mvcc::RowPtr row_of(const Statement& statement);
// The same but key and value.
[[nodiscard]] mvcc::Row::Fields fields_of(const Statement& statement);
// Selects these columns of every row, in order.
[[nodiscard]] std::string all_rows_sql();

}  // namespace quorate::store
