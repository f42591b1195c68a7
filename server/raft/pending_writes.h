// Which part of the log is on the disk, while writes are under way and entries get replaced.
//
// A write that completes says: what the log held up to its end is durable. That is true only of
// entries that are still the same. Entry 12 may have been written, replaced under a newer term,
// and then come back with its old term: the first write's completion says nothing about the third.
// So when entries are cut from the log, every write under way stops speaking for them.
#pragma once

#include <deque>
#include <optional>

#include "server/raft/node.h"

namespace quorate::raft {

class PendingWrites {
 public:
  // What the disk held at the start.
  PendingWrites(Index durable, const HardState& hard_state);

  // A write that brings the disk up to `last`. Returns its number.
  PersistId begin(Index last, const std::optional<HardState>& hard_state);
  // Entries after `last` have left the log; others may take their place.
  void cut_after(Index last);
  // This write and all before it are done. Requires: it was begun; completions come in order.
  void complete(PersistId id);

  // Entries of the present log up to here are on the disk.
  [[nodiscard]] Index durable() const { return durable_; }
  [[nodiscard]] const HardState& hard_state() const { return hard_state_; }
  [[nodiscard]] PersistId newest() const { return newest_; }
  [[nodiscard]] PersistId completed() const { return completed_; }

 private:
  struct Write {
    Index last;
    std::optional<HardState> hard_state;
  };

  Index durable_;
  HardState hard_state_;  // as of the newest write that is complete
  PersistId newest_;
  PersistId completed_;
  std::deque<Write> writes_;  // completed_ + 1 up to newest_
};

}  // namespace quorate::raft
