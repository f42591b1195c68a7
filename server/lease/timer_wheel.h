// Timers by the hundred thousand: setting, moving and dropping one costs the same however many
// there are. A hierarchical timing wheel (Varghese and Lauck, 1987): digits of a timer's tick in
// base 64 choose its place.
//
//   level 0   64 slots of 1 tick        timers of the 64 ticks around now
//   level 1   64 slots of 64 ticks      those of the 4096 around now, and so on
//
// A timer is in the level of the highest digit in which its tick differs from now, in the slot of
// that digit. When now enters a slot above level 0, its timers are dealt out to the levels below.
// All timers of one tick are therefore in one slot at any moment, in the order they were set in.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

namespace quorate::lease {

// Home: its owner's. Timers are numbered densely from 0 by the owner.
class TimerWheel {
 public:
  using Timer = std::uint32_t;
  using Tick = std::uint64_t;
  static constexpr Tick kTickMax = (Tick{1} << 48) - 1;

  // Sets the timer, or moves it. One that is due before what pop() has reached is due at once.
  // Requires: due <= kTickMax.
  void arm(Timer timer, Tick due);
  // Nothing happens if it is not armed.
  void disarm(Timer timer);
  // When the timer will ring; kNever if it is not armed.
  [[nodiscard]] Tick due(Timer timer) const;
  static constexpr Tick kNever = std::numeric_limits<Tick>::max();

  // Takes out the next timer due at `now` or before: by tick, those of one tick in the order they
  // were armed in. Requires: `now` is not before that of an earlier call, and <= kTickMax.
  [[nodiscard]] std::optional<Timer> pop(Tick now);
  // The tick of the timer that pop() returned last; its `now` when there was none.
  [[nodiscard]] Tick reached() const { return now_; }

 private:
  static constexpr unsigned kDigitBits = 6;
  static constexpr unsigned kSlots = 1U << kDigitBits;
  static constexpr unsigned kLevels = 8;
  static constexpr Timer kNone = std::numeric_limits<Timer>::max();

  struct Node {
    Tick due = kNever;
    Timer next = kNone;
    Timer previous = kNone;
  };
  struct Slot {
    Timer first = kNone;
    Timer last = kNone;
  };
  struct Level {
    std::uint64_t occupied = 0;  // bit n: slot n has timers
    std::array<Slot, kSlots> slots;
  };
  struct Place {
    unsigned level;
    unsigned slot;
  };

  static unsigned digit(Tick tick, unsigned level);
  [[nodiscard]] Place place_of(Tick due) const;
  // The next slot with timers after now; nothing if there is none.
  [[nodiscard]] std::optional<Place> next_occupied() const;
  [[nodiscard]] Tick first_tick_of(const Place& place) const;
  void append(Timer timer);
  void deal_out(const Place& place);

  Tick now_ = 0;
  std::array<Level, kLevels> levels_;
  std::vector<Node> nodes_;  // by timer
};

}  // namespace quorate::lease
