// One range read from start to end: slices of the index, rows from memory or file, in order, as
// fast as the taker takes them.
#pragma once

#include <deque>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "server/mvcc/table.h"
#include "server/replica/ports.h"
#include "server/replica/read_gate.h"
#include "server/replica/read_pins.h"
#include "server/replica/rows.h"

namespace quorate::replica {

// What is asked, with bounds of its own.
struct RangeQuery {
  std::string key;
  std::string range_end;
  mvcc::RangeOp op;  // its range is made from the two above when the read begins
  // The taker keeps the whole answer in memory anyway: a long one may be gathered there.
  bool is_taken_whole = false;
};

// Who takes the answer. Home: state thread.
class RangeTaker {
 public:
  virtual ~RangeTaker() = default;
  // The read may begin: it is at revision `at` of a store that is at `newest`.
  virtual void on_begin(Revision newest, Revision at) = 0;
  // Asked before rows are read from the file. False: there is no room for them, and the taker has
  // cancelled the read.
  [[nodiscard]] virtual bool has_room() = 0;
  // The next rows of the answer. Return false to get no more until RangeRead::resume().
  virtual bool on_rows(std::span<const mvcc::RowPtr> rows) = 0;
  virtual void on_done(std::int64_t count, bool has_more) = 0;
  virtual void on_failed(const Error& error) = 0;
};

// What a read works with. Outlives it.
struct ReadContext {
  mvcc::Table& table;
  ReadPins& pins;
  TablePort& file;
  TaskPort& tasks;
  ReadGate& gate;
  std::int64_t table_bytes;  // of the file, when the read was made
};

class RowGather;

// Home: state thread. Keeps itself alive while the file or the loop owes it an answer; the taker
// must outlive it or have cancelled it.
class RangeRead : public std::enable_shared_from_this<RangeRead> {
 public:
  RangeRead(const ReadContext& context, RangeQuery query, RangeTaker& taker);

  void start();
  void resume();
  void cancel();

 private:
  // Rows of one slice. Slices are fetched ahead, delivered in order.
  struct Slice {
    bool is_ready = false;
    std::vector<mvcc::RowPtr> rows;
  };

  // A range that holds much of the table is gathered: all numbers first, then one pass over the
  // file, then the rows in their order.
  [[nodiscard]] bool is_dense() const;
  void gather();
  void deliver_gathered();
  void schedule(void (RangeRead::*work)());

  void fill();
  [[nodiscard]] std::size_t slices_ahead() const;
  void fetch_slice();
  void fetch_in_turn(std::size_t slice, std::vector<RowNumber> numbers);
  void learn_row_size(std::span<const mvcc::RowPtr> rows);
  void arrived(std::size_t slice, Result<std::vector<mvcc::RowPtr>> rows);
  void deliver();
  void deliver_rows(std::vector<mvcc::RowPtr>& rows);
  void finish();
  void fail(const Error& error);
  [[nodiscard]] bool is_arranged() const;

  ReadContext context_;
  RangeQuery query_;
  RangeTaker* taker_;  // null: cancelled or done
  ReadPin pin_;
  std::unique_ptr<mvcc::RangeScan> scan_;
  std::shared_ptr<RowGather> gather_;  // shared with the file's answers; null: slices
  std::deque<Slice> slices_;           // fetched or being fetched
  std::size_t first_slice_ = 0;        // number of slices_.front()
  std::size_t keys_per_slice_;         // as many as make a good size, once rows have been seen
  bool has_seen_rows_ = false;
  std::vector<mvcc::RowPtr> all_;  // answers that can only be arranged whole
  std::int64_t delivered_ = 0;
  bool is_scanned_ = false;
  bool is_paused_ = false;
  bool is_scheduled_ = false;  // fill() will run
  bool has_more_ = false;
};

}  // namespace quorate::replica
