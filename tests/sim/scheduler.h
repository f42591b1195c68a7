// The fake clock, and what is to happen at which time. Same order every time: what is due at the
// same moment happens in the order it was asked for.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <vector>

namespace quorate::sim {

using Time = std::chrono::microseconds;  // since the start of the world

class Scheduler {
 public:
  using Action = std::function<void()>;

  [[nodiscard]] Time now() const { return now_; }
  void after(Time delay, Action action);
  // Moves the clock to the next action and runs it. False when nothing is left to happen.
  bool run_next();

 private:
  struct Due {
    Time when;
    std::uint64_t number;
    Action action;
  };
  static bool is_later(const Due& a, const Due& b);

  Time now_{};
  std::uint64_t next_number_ = 0;
  std::vector<Due> heap_;  // the next one in front
};

}  // namespace quorate::sim
