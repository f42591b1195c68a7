// The history from some row on, in order: what hashes, snapshots and watchers that lag are made of.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "server/mvcc/table.h"
#include "server/replica/ports.h"
#include "server/replica/range_read.h"

namespace quorate::replica {

// Who takes the rows. Home: state thread.
class HistoryTaker {
 public:
  virtual ~HistoryTaker() = default;
  enum class Wants : std::uint8_t { more, pause, nothing };
  virtual Wants on_rows(std::span<const mvcc::RowPtr> rows) = 0;
  virtual void on_end() = 0;  // not called after `nothing`
  virtual void on_failed(const Error& error) = 0;
};

// Rows after `after`, up to the newest one when it begins. Holds a pin: what is there at the
// beginning stays until the end. One slice a turn, from the file or, where they are, from memory.
// Home: state thread. Keeps itself alive while the file or the loop owes it an answer; the taker
// outlives it or cancels it.
class HistoryRead : public std::enable_shared_from_this<HistoryRead> {
 public:
  HistoryRead(const ReadContext& context, RowNumber after, HistoryTaker& taker);

  void start();
  void resume();  // after `pause`
  void cancel() { taker_ = nullptr; }

 private:
  void next();
  [[nodiscard]] std::vector<mvcc::RowPtr> take_from_memory();
  void read_from_file(RowNumber last);
  void deliver(std::span<const mvcc::RowPtr> rows);
  void schedule();

  ReadContext context_;
  HistoryTaker* taker_;  // null: cancelled or done
  ReadPin pin_;
  RowNumber at_;    // everything up to here was delivered
  RowNumber last_;  // the end
};

}  // namespace quorate::replica
