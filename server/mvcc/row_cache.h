// The rows that are in memory: the newest of the history, and cold ones that were read lately.
#pragma once

#include <cstddef>
#include <deque>

#include <boost/unordered/unordered_flat_map.hpp>

#include "server/mvcc/row.h"

namespace quorate::mvcc {

// Home: state thread. Memory: at most `bytes_max`, plus rows not yet flushed, which cannot be
// dropped: whoever adds rows watches unflushed_bytes().
class RowCache {
 public:
  explicit RowCache(std::size_t bytes_max) : bytes_max_{bytes_max} {}

  // The next row of the history. Requires: number follows that of the last one added.
  void add_newest(RowPtr row);
  // The table's file holds everything up to `number`.
  void flushed(RowNumber number);
  // A row that was read from the file.
  void add_cold(RowPtr row);

  // The oldest row of the history's end that is here without gaps; 0 when there is none.
  [[nodiscard]] RowNumber first() const { return newest_.empty() ? RowNumber{} : first_; }
  // Null when the row is only in the file. Valid until the cache changes; keep a RowPtr to hold it.
  [[nodiscard]] const RowPtr* find(RowNumber number) const;
  [[nodiscard]] std::size_t unflushed_bytes() const { return unflushed_bytes_; }
  [[nodiscard]] std::size_t bytes() const { return newest_bytes_ + cold_bytes_; }

 private:
  void trim_newest();
  void trim_cold();

  std::size_t bytes_max_;
  std::deque<RowPtr> newest_;  // consecutive numbers
  RowNumber first_;            // number of newest_.front()
  RowNumber flushed_;
  std::size_t newest_bytes_ = 0;
  std::size_t unflushed_bytes_ = 0;
  boost::unordered_flat_map<RowNumber, RowPtr, std::hash<RowNumber>> cold_;
  std::deque<RowNumber> cold_order_;  // oldest first
  std::size_t cold_bytes_ = 0;
};

}  // namespace quorate::mvcc
