// An executor that runs what was posted when it is told to, on the thread that tells it.
#pragma once

#include <deque>

#include "common/executor.h"

namespace quorate::sim {

class ManualExecutor final : public Executor {
 public:
  void post(Callback<void()> work) override { queue_.push_back(std::move(work)); }

  [[nodiscard]] bool is_idle() const { return queue_.empty(); }
  // Requires: not idle.
  void run_one() {
    auto work = std::move(queue_.front());
    queue_.pop_front();
    work();
  }
  // Until nothing is left, what is posted meanwhile included.
  void run() {
    while (!is_idle()) run_one();
  }
  // Forgets what was posted, as a crash does.
  void drop() { queue_.clear(); }

 private:
  std::deque<Callback<void()>> queue_;
};

}  // namespace quorate::sim
