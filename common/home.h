// The thread that owns an object. Each public method of an owned object begins `home_.check();`.
#pragma once

#include <thread>

#include "common/ensure.h"

namespace quorate {

// Binds to the first thread that calls check(); from then on any other thread is a broken
// invariant. move_here() hands the object to the calling thread, for start-up and shutdown.
class Home {
 public:
  void check() {
    const auto me = std::this_thread::get_id();
    if (owner_ == std::thread::id{}) owner_ = me;
    ENSURE(owner_ == me);
  }
  void move_here() { owner_ = std::this_thread::get_id(); }

 private:
  std::thread::id owner_{};
};

}  // namespace quorate
