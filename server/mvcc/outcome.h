// What came of an operation. Rows are named by number: whoever builds the answer fetches them, so
// that applying never waits for a value.
#pragma once

#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "common/id.h"

namespace quorate::mvcc {

struct RangeOutcome {
  Revision revision;            // of the store when the range was read
  std::int64_t count = 0;       // keys in the range, whatever the limit and filters
  std::vector<RowNumber> rows;  // in key order; still to be filtered, sorted and cut
};

struct PutOutcome {
  Revision revision;
  std::optional<RowNumber> previous;  // asked for, and there was one
};

struct DeleteOutcome {
  Revision revision;
  std::int64_t deleted = 0;
  std::vector<RowNumber> previous;  // asked for; in key order
};

struct TxnOutcome;
using OpOutcome =
    std::variant<RangeOutcome, PutOutcome, DeleteOutcome, std::unique_ptr<TxnOutcome>>;

struct TxnOutcome {
  Revision revision;
  bool succeeded = false;
  std::vector<OpOutcome> responses;  // of the branch taken
};

}  // namespace quorate::mvcc
