// Fetches very many rows in the order of the file instead of the order asked for: one pass over the
// file costs a fifth of as many look-ups.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "server/replica/packed_rows.h"
#include "server/replica/range_read.h"

namespace quorate::replica {

// Home: state thread. Keeps itself alive while the file owes it an answer. Memory: all rows.
class RowGather : public std::enable_shared_from_this<RowGather> {
 public:
  using Done = Callback<void(Status)>;

  explicit RowGather(const ReadContext& context) : context_{context} {}

  // Rows wanted, in the order in which they are taken. Those in memory are copied at once, so that
  // what remains is in the file. The caller holds a pin that is older than these numbers.
  void add(const std::vector<RowNumber>& numbers);
  // Requires: everything was added. `done` is not called after cancel().
  void start(Done done);
  void cancel() { done_ = nullptr; }

  // After `done`: the next rows, at most so many; the last ones are followed by none.
  [[nodiscard]] std::vector<mvcc::RowPtr> take(std::size_t rows_max);

 private:
  struct Wanted {
    RowNumber number;
    std::size_t position;
  };

  void scan_next();
  void scan(const HistoryPart& part);
  void arrived(const HistoryPart& part, Result<std::vector<mvcc::RowPtr>> rows);
  void place(std::span<mvcc::RowPtr> rows);
  void finish(Status status);
  void prefetch(std::size_t position) const;

  ReadContext context_;
  Done done_;
  PackedRows rows_;
  std::vector<PackedRows::Place> places_;  // by position; 0 = still in the file
  std::vector<Wanted> cold_;               // ascending once started
  RowNumber scanned_;                      // up to here the file was asked
  RowNumber last_;                         // the last one wanted
  std::size_t scans_ = 0;                  // under way
  std::size_t taken_ = 0;
};

}  // namespace quorate::replica
