// The newest events of the history, bounded by their bytes: what lets a watcher that fell behind
// catch up without reading the table.
#pragma once

#include <cstddef>
#include <deque>
#include <vector>

#include "common/id.h"
#include "server/watch/event.h"

namespace quorate::watch {

// How much a catch-up takes at a time. Whole revisions, one at least.
struct SliceLimit {
  std::size_t rows_max = 1000;
  std::size_t bytes_max = 1 << 20;
};

// Home: state thread. Memory: at most `bytes_max` after trim(), counted when events are added; a
// late reader can make each event grow once more by its wire form.
class EventRing {
 public:
  // The history so far ends with revision `newest`.
  EventRing(std::size_t bytes_max, Revision newest)
      : bytes_max_{bytes_max}, oldest_{newest.next()} {}

  // The next event of the history.
  void add(EventPtr event);
  // Forgets the oldest revisions, none of them in part, until the rest fits.
  void trim();
  // The history went on to `newest` without us.
  void restart(Revision newest);

  // Every event from this revision on is here.
  [[nodiscard]] Revision oldest() const { return oldest_; }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

  // Appends the events from revision `from` on, up to the limit. Returns the revision to go on
  // with; `end` when these are all. Requires: oldest() <= from < end, and the ring's last event is
  // before `end`.
  [[nodiscard]] Revision copy(Revision from, Revision end, const SliceLimit& limit,
                              std::vector<EventPtr>& out) const;

 private:
  struct Entry {
    EventPtr event;
    std::size_t bytes;  // as they were counted
  };
  void drop_first();

  std::size_t bytes_max_;
  Revision oldest_;
  std::deque<Entry> entries_;
  std::size_t bytes_ = 0;
};

}  // namespace quorate::watch
