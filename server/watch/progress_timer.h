// When which streams owe their idle watches a sign of life.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "common/clock.h"
#include "common/rng.h"

namespace quorate::watch {

class WatchStream;

// Home: state thread.
class ProgressTimer {
 public:
  // Each stream's interval is up to a tenth longer, so that not all are due at once.
  ProgressTimer(const Clock& clock, std::chrono::nanoseconds interval, Rng rng)
      : clock_{clock}, interval_{interval}, rng_{rng} {}

  // A stream's place in the timer; it stops when destroyed.
  class Entry {
   public:
    Entry() = default;
    ~Entry() { stop(); }
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
    void stop();

   private:
    friend class ProgressTimer;
    ProgressTimer* timer_ = nullptr;  // null: not running
    Clock::Steady due_;
    std::uint64_t number_ = 0;
    std::chrono::nanoseconds interval_{};
  };

  void start(Entry& entry, WatchStream& stream);  // nothing happens when it is running
  // A stream that is due, which is due again an interval later; null when there is none.
  [[nodiscard]] WatchStream* take_due();
  [[nodiscard]] std::optional<Clock::Steady> next() const;

 private:
  using Key = std::pair<Clock::Steady, std::uint64_t>;
  struct Value {
    Entry* entry;
    WatchStream* stream;
  };

  const Clock& clock_;
  std::chrono::nanoseconds interval_;
  Rng rng_;
  std::uint64_t last_number_ = 0;
  std::map<Key, Value> queue_;
};

}  // namespace quorate::watch
