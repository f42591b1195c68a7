#include "server/lease/timer_wheel.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "common/ensure.h"

namespace quorate::lease {

void TimerWheel::arm(Timer timer, Tick due) {
  ENSURE(timer != kNone);
  ENSURE(due <= kTickMax);
  if (timer >= nodes_.size()) nodes_.resize(std::size_t{timer} + 1);
  disarm(timer);
  nodes_[timer].due = std::max(due, now_);
  append(timer);
}

void TimerWheel::disarm(Timer timer) {
  if (due(timer) == kNever) return;
  const Node node = std::exchange(nodes_[timer], Node{});
  // Nobody stays in a slot that now has entered, so the place is where it was put.
  const Place place = place_of(node.due);
  Level& level = levels_[place.level];
  Slot& slot = level.slots[place.slot];
  (node.previous == kNone ? slot.first : nodes_[node.previous].next) = node.next;
  (node.next == kNone ? slot.last : nodes_[node.next].previous) = node.previous;
  if (slot.first == kNone) level.occupied &= ~(std::uint64_t{1} << place.slot);
}

TimerWheel::Tick TimerWheel::due(Timer timer) const {
  return timer < nodes_.size() ? nodes_[timer].due : kNever;
}

std::optional<TimerWheel::Timer> TimerWheel::pop(Tick now) {
  ENSURE(now >= now_);
  ENSURE(now <= kTickMax);
  for (;;) {
    const Timer first = levels_[0].slots[digit(now_, 0)].first;
    if (first != kNone) {
      disarm(first);
      return first;
    }
    const auto next = next_occupied();
    if (!next || first_tick_of(*next) > now) break;
    now_ = first_tick_of(*next);
    if (next->level > 0) deal_out(*next);
  }
  now_ = now;
  return {};
}

unsigned TimerWheel::digit(Tick tick, unsigned level) {
  return static_cast<unsigned>(tick >> (level * kDigitBits)) % kSlots;
}

TimerWheel::Place TimerWheel::place_of(Tick due) const {
  const auto differing_bits = static_cast<unsigned>(std::bit_width(due ^ now_));
  const unsigned level = differing_bits == 0 ? 0 : (differing_bits - 1) / kDigitBits;
  return {level, digit(due, level)};
}

std::optional<TimerWheel::Place> TimerWheel::next_occupied() const {
  // A level's timers all come after those of the levels below.
  for (unsigned level = 0; level < kLevels; ++level) {
    const std::uint64_t up_to_now = (std::uint64_t{2} << digit(now_, level)) - 1;
    const std::uint64_t later = levels_[level].occupied & ~up_to_now;
    if (later != 0) return Place{level, static_cast<unsigned>(std::countr_zero(later))};
  }
  return {};
}

TimerWheel::Tick TimerWheel::first_tick_of(const Place& place) const {
  const unsigned shift = place.level * kDigitBits;
  const Tick higher_digits = now_ >> (shift + kDigitBits) << kDigitBits;
  return (higher_digits | place.slot) << shift;
}

void TimerWheel::append(Timer timer) {
  const Place place = place_of(nodes_[timer].due);
  Level& level = levels_[place.level];
  Slot& slot = level.slots[place.slot];
  nodes_[timer].previous = slot.last;
  nodes_[timer].next = kNone;
  (slot.last == kNone ? slot.first : nodes_[slot.last].next) = timer;
  slot.last = timer;
  level.occupied |= std::uint64_t{1} << place.slot;
}

void TimerWheel::deal_out(const Place& place) {
  Level& level = levels_[place.level];
  level.occupied &= ~(std::uint64_t{1} << place.slot);
  Timer timer = std::exchange(level.slots[place.slot], Slot{}).first;
  while (timer != kNone) {
    const Timer next = nodes_[timer].next;
    append(timer);
    timer = next;
  }
}

}  // namespace quorate::lease
