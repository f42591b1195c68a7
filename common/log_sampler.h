// Keeps a message that is said again and again from filling the disk. Of lines with the same level
// and text, each second lets the first hundred through and after that every hundredth.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <string_view>

#include "common/clock.h"
#include "common/log.h"

namespace quorate {

// Home: any thread; counts may be off by a few when threads meet at the turn of a second.
class LogSampler {
 public:
  // True if the line is to be written. Panic and fatal lines always are.
  [[nodiscard]] bool admits(LogLevel level, std::string_view text, Clock::Steady now);

 private:
  // Messages that share a slot are counted together: harmless, and the memory stays bounded.
  static constexpr std::size_t kSlots = 1024;
  struct Slot {
    std::atomic<Clock::Steady::rep> second_ends{0};
    std::atomic<std::uint64_t> count{0};
  };
  std::array<Slot, kSlots> slots_;
};

}  // namespace quorate
