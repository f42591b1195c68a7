// Walks a range of the key index in slices, so that a long read never holds up writes.
#pragma once

#include <string>
#include <vector>

#include "server/mvcc/key_index.h"
#include "server/mvcc/operation.h"

namespace quorate::mvcc {

// Home: state thread. Owns its bounds. The revision it reads at must not be compacted away before
// it is done: its owner holds a pin.
class RangeScan {
 public:
  // `at`: the revision to read at; `newest`: the store's at this moment.
  RangeScan(const RangeOp& op, Revision at, Revision newest);

  // Visits about `keys_max` more keys and appends the rows that may belong to the answer. True
  // when the range is done.
  bool advance(const KeyIndex& index, std::size_t keys_max, std::vector<RowNumber>& rows);

  // Keys in the range at the revision. Complete once advance() returned true.
  [[nodiscard]] std::int64_t count() const { return count_; }
  [[nodiscard]] Revision at() const { return at_; }

 private:
  [[nodiscard]] KeyRange rest() const;
  void take(const Found& found, std::vector<RowNumber>& rows);
  void move_past(std::string_view key);

  KeyRange::Shape shape_;
  std::string begin_;
  std::string end_;
  Revision at_;
  Revision min_mod_;
  Revision max_mod_;
  std::int64_t limit_;  // rows still wanted, one more than asked to know of more; <0 = all
  bool is_newest_;      // at_ was the newest when the scan began
  bool is_descending_;
  bool is_counted_ = false;  // count_ is known without visiting
  bool is_started_ = false;
  std::int64_t count_ = 0;
};

// True when the answer's order or membership can only be known with all rows at hand.
[[nodiscard]] bool needs_all_rows(const RangeOp& op);

}  // namespace quorate::mvcc
