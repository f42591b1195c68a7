// The store's state and its one writer: the key index, the rows in memory, the revision counters.
// Applying is synchronous and deterministic: the same operations give the same rows on every
// member.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/result.h"
#include "server/mvcc/key_index.h"
#include "server/mvcc/lease_book.h"
#include "server/mvcc/operation.h"
#include "server/mvcc/outcome.h"
#include "server/mvcc/range_scan.h"
#include "server/mvcc/row_cache.h"

namespace quorate::mvcc {

// The errors of this folder; etcd's texts.
[[nodiscard]] Error compacted_error();
[[nodiscard]] Error future_revision_error();
[[nodiscard]] Error key_not_found_error();
[[nodiscard]] Error lease_not_found_error();

class Evaluator;

// Home: state thread.
class Table {
 public:
  // `leases` outlives the table.
  Table(std::size_t cache_bytes_max, LeaseBook& leases);

  // ---- Start-up: the rows of the file, those of each key in order, then the counters.
  void restore(const Row& row);
  // `newest` is at least the last row's revision, `compacted` -1 when never compacted.
  void restored(Revision newest, Revision compacted);

  // ---- Reading

  [[nodiscard]] Revision revision() const { return revision_; }    // 1 when empty
  [[nodiscard]] Revision compacted() const { return compacted_; }  // -1: never
  [[nodiscard]] RowNumber last_row() const { return last_row_; }   // 0 when there was none ever
  // The revision a range reads at, or why it cannot.
  [[nodiscard]] Result<Revision> read_revision(Revision asked) const;
  [[nodiscard]] RangeScan scan(const RangeOp& op, Revision at) const { return {op, at, revision_}; }
  [[nodiscard]] const KeyIndex& index() const { return index_; }
  [[nodiscard]] KeyIndex& index() { return index_; }
  [[nodiscard]] RowCache& cache() { return cache_; }
  [[nodiscard]] std::size_t unflushed_bytes() const { return cache_.unflushed_bytes(); }
  // ---- Writing, and transactions that only read. Rows made are appended to `rows`; on an error
  // nothing has changed. Requires: needed_rows(op) is empty.

  [[nodiscard]] Result<PutOutcome> put(const PutOp& op, std::vector<const Row*>& rows);
  [[nodiscard]] DeleteOutcome remove(const DeleteOp& op, std::vector<const Row*>& rows);
  [[nodiscard]] Result<TxnOutcome> txn(const TxnOp& op, std::vector<const Row*>& rows);
  // Deletes those of the keys that exist, in this order, in one revision: how a lease ends.
  void remove_keys(const std::vector<std::string>& keys, std::vector<const Row*>& rows);
  // From now on nothing older than `at` can be read. The index still holds it until it is walked
  // with KeyIndex::compact_slice.
  [[nodiscard]] Status compact(Revision at);

  // The rows whose content decides what the operation does (compared values and leases, values and
  // leases to be kept) and that are not in memory. They are fetched and held with hold_rows() until
  // the operation has been applied.
  [[nodiscard]] std::vector<RowNumber> needed_rows(const PutOp& op) const;
  [[nodiscard]] std::vector<RowNumber> needed_rows(const TxnOp& op) const;
  void hold_rows(std::vector<RowPtr> rows) { held_ = std::move(rows); }
  void release_held_rows() { held_.clear(); }

 private:
  class Writer;

  [[nodiscard]] RowPtr hold(RowNumber number) const;  // null: not in memory
  [[nodiscard]] Evaluator evaluator() const;
  void collect_needed(const PutOp& op, std::vector<RowNumber>& out) const;
  void collect_needed(const TxnOp& op, std::vector<RowNumber>& out) const;
  void collect_needed(const std::vector<Op>& ops, std::vector<RowNumber>& out) const;

  KeyIndex index_;
  RowCache cache_;
  LeaseBook& leases_;
  std::vector<RowPtr> held_;  // cold rows the next operation needs; few
  Revision revision_{1};
  Revision compacted_{-1};
  RowNumber last_row_;
};

}  // namespace quorate::mvcc
