// Time comes in through the door: the process has one clock, simulations have their own.
#pragma once

#include <chrono>

namespace quorate {

class Clock {
 public:
  using Steady = std::chrono::steady_clock::time_point;
  using Wall = std::chrono::system_clock::time_point;

  virtual ~Clock() = default;
  [[nodiscard]] virtual Steady now() const = 0;  // never goes back
  [[nodiscard]] virtual Wall wall() const = 0;   // UTC; may jump
};

// The machine's clocks.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] Steady now() const override { return std::chrono::steady_clock::now(); }
  [[nodiscard]] Wall wall() const override { return std::chrono::system_clock::now(); }
};

}  // namespace quorate
