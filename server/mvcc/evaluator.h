// The reading half of a transaction: which way it goes, and whether it may go at all.
#pragma once

#include <functional>
#include <vector>

#include "common/result.h"
#include "server/mvcc/key_index.h"
#include "server/mvcc/lease_book.h"
#include "server/mvcc/operation.h"

namespace quorate::mvcc {

// Which branch each transaction of the tree takes, depth first: the transaction itself, then those
// nested in the branch it takes. All compares read the state before any operation runs.
using TxnPath = std::vector<bool>;

// Looks at a state that does not change while it lives. Home: state thread.
class Evaluator {
 public:
  using RowLookup = std::function<RowPtr(RowNumber)>;  // requires that the row is in memory

  Evaluator(const KeyIndex& index, const LeaseBook& leases, Revision newest, Revision compacted,
            RowLookup row)
      : index_{index},
        leases_{leases},
        newest_{newest},
        compacted_{compacted},
        row_{std::move(row)} {}

  [[nodiscard]] TxnPath path(const TxnOp& op) const;
  // Whether every operation on the path can run: leases and kept keys exist, revisions are
  // readable. A failure refuses the whole transaction; puts are looked at before ranges.
  [[nodiscard]] Status check(const TxnOp& op, const TxnPath& path) const;
  [[nodiscard]] Status check(const PutOp& op) const;

 private:
  void walk(const TxnOp& op, TxnPath& path) const;
  [[nodiscard]] bool holds(const Compare& compare) const;
  [[nodiscard]] bool holds_for(const Compare& compare, std::string_view key,
                               RowNumber number) const;
  [[nodiscard]] Status check_range(const RangeOp& op) const;
  enum class Checked { puts, ranges };
  [[nodiscard]] Status check_ops(const TxnOp& op, const TxnPath& path, std::size_t& at,
                                 Checked what) const;

  const KeyIndex& index_;
  const LeaseBook& leases_;
  Revision newest_;
  Revision compacted_;
  RowLookup row_;
};

}  // namespace quorate::mvcc
