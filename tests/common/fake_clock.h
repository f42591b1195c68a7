// A clock that stands still until it is moved.
#pragma once

#include "common/clock.h"

namespace quorate {

class FakeClock final : public Clock {
 public:
  explicit FakeClock(Wall wall = {}) : wall_{wall} {}

  [[nodiscard]] Steady now() const override { return now_; }
  [[nodiscard]] Wall wall() const override { return wall_; }

  void advance(std::chrono::nanoseconds by) {
    now_ += std::chrono::duration_cast<Steady::duration>(by);
    wall_ += std::chrono::duration_cast<Wall::duration>(by);
  }

 private:
  Steady now_{};
  Wall wall_;
};

}  // namespace quorate
