// The window of append messages that were sent to a follower and not yet acknowledged.
#pragma once

#include <cstddef>
#include <deque>

#include "common/id.h"

namespace quorate::raft {

class Inflights {
 public:
  explicit Inflights(std::size_t messages_max) : messages_max_{messages_max} {}

  [[nodiscard]] bool is_full() const { return last_indexes_.size() >= messages_max_; }
  [[nodiscard]] std::size_t count() const { return last_indexes_.size(); }

  // A message whose last entry has this index. Requires: not full, index above those before.
  void add(Index last_index);
  // The follower holds everything up to here.
  void free_to(Index index);
  void clear() { last_indexes_.clear(); }

 private:
  std::size_t messages_max_;
  std::deque<Index> last_indexes_;  // ascending
};

}  // namespace quorate::raft
