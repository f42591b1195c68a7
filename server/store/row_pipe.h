// Rows on their way from the thread that reads them to the one that indexes them, a bounded number
// at a time: at start-up both have about as much to do. Each batch is sorted by key: neighbours in
// the index are then found in the processor's cache. The rows of one key stay in order.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <vector>

#include "server/mvcc/row.h"

namespace quorate::store {

// Home: two threads, one at each end.
class RowPipe {
 public:
  // ---- The reading end
  void push(mvcc::RowPtr row);
  void close(std::exception_ptr failure);  // null: everything was read

  // ---- The taking end

  // Returns once the other end has closed; throws what it closed with.
  void take_all(const std::function<void(const mvcc::Row&)>& take);

 private:
  struct Item {
    std::uint64_t head = 0;  // of the key; see sort()
    mvcc::RowPtr row;
  };
  using Batch = std::vector<Item>;
  static constexpr std::size_t kRowsPerBatch = 65'536;
  static constexpr std::size_t kBatchesMax = 2;

  [[nodiscard]] std::size_t shared_prefix() const;
  void sort();
  void hand_over();
  [[nodiscard]] Batch next();  // empty: closed

  Batch filling_;  // the reading end's

  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::deque<Batch> full_;
  bool is_closed_ = false;
  std::exception_ptr failure_;
};

}  // namespace quorate::store
