// Many deadlines, cheap to set and to drop: slow clients and grpc-timeout. O(1) for both.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>

#include "common/callback.h"

namespace quorate::net {

class TimerWheel;

// One deadline, embedded in what it guards; at most one at a time. Destruction disarms it.
// Home: that of its wheel.
class Timer {
 public:
  Timer() = default;
  ~Timer() { disarm(); }
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  [[nodiscard]] bool is_armed() const { return wheel_ != nullptr; }
  void disarm();

 private:
  friend class TimerWheel;
  TimerWheel* wheel_ = nullptr;  // null = not armed
  Timer* next_ = nullptr;
  Timer* previous_ = nullptr;
  std::uint64_t due_ = 0;  // in ticks of the wheel
  Callback<void()> fire_;
};

// Rounds deadlines up to whole ticks. Outlives its timers.
class TimerWheel {
 public:
  static constexpr std::chrono::milliseconds kTick{10};

  TimerWheel();

  // Calls `fire` once when `after` has passed, unless disarmed or armed anew before.
  void arm(Timer& timer, std::chrono::nanoseconds after, Callback<void()> fire);
  // Time went on by so many ticks: runs what is due.
  void advance(std::uint64_t ticks);
  [[nodiscard]] std::size_t armed() const { return armed_; }

 private:
  friend class Timer;
  static constexpr std::size_t kSlots = 1024;

  void link(Timer& timer);
  void unlink(Timer& timer);
  void run_slot(std::size_t slot);

  std::uint64_t now_ = 0;  // ticks since the start
  std::size_t armed_ = 0;
  std::array<Timer, kSlots> slots_;  // heads of rings
};

}  // namespace quorate::net
