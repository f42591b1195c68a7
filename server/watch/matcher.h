// Brings events and watchers together: for each watcher the events it is to be told of, in order.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "common/function_ref.h"
#include "server/watch/event.h"
#include "server/watch/range_index.h"
#include "server/watch/watcher.h"

namespace quorate::watch {

// Home: state thread. Used in turns: match, then visit or clear.
class Matcher {
 public:
  explicit Matcher(const RangeIndex& index) : index_{index} {}

  // Of the listed watchers those that are `eligible` and want the event.
  using Eligible = FunctionRef<bool(const Watcher&, Revision)>;
  void match(std::span<const EventPtr> events, Eligible eligible);

  // Events whose previous rows somebody who matched wants and that are not known.
  [[nodiscard]] const std::vector<EventPtr>& without_previous() const { return without_previous_; }

  // Once for each watcher that matched, in the order of their first events. `take` may unlist
  // watchers but not end them. Empty afterwards.
  using Take = FunctionRef<void(Watcher&, std::span<Event* const>)>;
  void visit(Take take);
  void clear();

 private:
  // Those of one watcher form a chain; Watcher::last_match is its end while there is one.
  struct Match {
    Watcher* watcher;
    Event* event;
    std::uint32_t next;
  };
  void add(Watcher& watcher, Event& event);

  const RangeIndex& index_;
  std::vector<Match> matches_;
  std::vector<std::uint32_t> first_;  // of each watcher's chain
  std::vector<EventPtr> without_previous_;
  std::vector<Event*> chain_;
};

}  // namespace quorate::watch
