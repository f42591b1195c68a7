// Fetches rows by number, from memory where they are, else from the table's file.
#pragma once

#include <vector>

#include "common/callback.h"
#include "common/result.h"
#include "server/mvcc/row_cache.h"
#include "server/replica/ports.h"

namespace quorate::replica {

// Home: state thread.
class Rows {
 public:
  Rows(mvcc::RowCache& cache, TablePort& table) : cache_{cache}, table_{table} {}

  [[nodiscard]] bool are_in_memory(const std::vector<RowNumber>& numbers) const;
  using Done = Callback<void(Result<std::vector<mvcc::RowPtr>>)>;
  // In the order asked for. `done` runs inside the call when all are in memory. The caller holds a
  // pin that is older than any compaction that could drop them. `done` may outlive this object.
  void fetch(const std::vector<RowNumber>& numbers, Done done);

 private:
  mvcc::RowCache& cache_;
  TablePort& table_;
};

}  // namespace quorate::replica
