// How many reads of cold or many rows may be under way: what they bring counts nowhere until it is
// taken, and what many of them bring at once would keep everybody else waiting.
#pragma once

#include <cstddef>
#include <deque>
#include <utility>

#include "common/callback.h"

namespace quorate::replica {

// Home: state thread. Outlives the reads.
class ReadGate {
 public:
  explicit ReadGate(std::size_t reads_max) : reads_max_{reads_max} {}

  // Runs `read` now, or once others have left, in order. It may leave at once.
  void enter(Callback<void()> read) {
    waiting_.push_back(std::move(read));
    let_in();
  }
  // What entered has its rows.
  void leave() {
    --reads_;
    let_in();
  }

 private:
  // Not from within itself: thousands that leave at once would each need the stack.
  void let_in() {
    if (std::exchange(is_letting_in_, true)) return;
    while (reads_ < reads_max_ && !waiting_.empty()) {
      Callback<void()> next = std::move(waiting_.front());
      waiting_.pop_front();
      ++reads_;
      next();
    }
    is_letting_in_ = false;
  }

  std::size_t reads_max_;
  std::size_t reads_ = 0;
  bool is_letting_in_ = false;
  std::deque<Callback<void()>> waiting_;
};

}  // namespace quorate::replica
