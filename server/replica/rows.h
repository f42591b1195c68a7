// Fetches rows by number, from memory where they are, else from the table's file.
#pragma once

#include <cstddef>
#include <optional>
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

  // What these rows take there; nothing when some are in the file only.
  [[nodiscard]] std::optional<std::size_t> bytes_in_memory(
      const std::vector<RowNumber>& numbers) const;
  using Done = Callback<void(Result<std::vector<mvcc::RowPtr>>)>;
  // In the order asked for. `done` runs inside the call when all are in memory. The caller holds a
  // pin that is older than any compaction that could drop them. `done` may outlive this object.
  void fetch(const std::vector<RowNumber>& numbers, Done done);

 private:
  mvcc::RowCache& cache_;
  TablePort& table_;
};

}  // namespace quorate::replica
