// The slow half of a compaction: walks the index and drops rows in short slices between other work.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "server/mvcc/table.h"
#include "server/replica/ports.h"
#include "server/replica/read_pins.h"

namespace quorate::replica {

// Home: state thread. One walk at a time; a compaction that comes meanwhile is walked next, at the
// newest revision asked for.
class Compaction {
 public:
  // Hands out what a slice dropped, to be written with the next batch.
  using Dropped = std::function<void(std::vector<RowNumber>)>;
  // Everything up to this revision is gone from index and file.
  using Finished = std::function<void(Revision)>;

  Compaction(mvcc::Table& table, ReadPins& pins, TaskPort& tasks, Dropped dropped,
             Finished finished);

  // Requires: the table refuses reads before `at` already.
  void start(Revision at);
  [[nodiscard]] bool is_running() const { return current_.has_value(); }
  [[nodiscard]] bool has_next() const { return next_.has_value(); }

 private:
  void begin_next();
  void wait_or_walk();
  void walk();

  mvcc::Table& table_;
  ReadPins& pins_;
  TaskPort& tasks_;
  Dropped dropped_;
  Finished finished_;
  std::optional<Revision> current_;  // being walked
  std::optional<Revision> next_;     // to be walked afterwards
  std::uint64_t epoch_ = 0;          // reads before it may still see what would be dropped
  bool is_waiting_ = false;          // for those reads
  std::string from_;
};

}  // namespace quorate::replica
