#include "server/lease/timer_wheel.h"

#include <algorithm>
#include <optional>
#include <vector>

#include <doctest/doctest.h>

#include "common/rng.h"
#include "tests/common/test_seed.h"

using quorate::Rng;
using quorate::lease::TimerWheel;

namespace {

using Timer = TimerWheel::Timer;
using Tick = TimerWheel::Tick;
using Timers = std::vector<Timer>;

// What a wheel means: a list of all timers, searched from end to end.
class Model {
 public:
  void arm(Timer timer, Tick due) {
    disarm(timer);
    armed_.push_back({std::max(due, now_), timer});
  }
  void disarm(Timer timer) {
    std::erase_if(armed_, [&](const Armed& armed) { return armed.timer == timer; });
  }
  [[nodiscard]] Tick due(Timer timer) const {
    const auto found = std::ranges::find(armed_, timer, &Armed::timer);
    return found == armed_.end() ? TimerWheel::kNever : found->due;
  }
  std::optional<Timer> pop(Tick now) {
    const auto next = std::ranges::min_element(armed_, {}, &Armed::due);  // the first such
    if (next == armed_.end() || next->due > now) {
      now_ = now;
      return {};
    }
    now_ = next->due;
    const Timer timer = next->timer;
    armed_.erase(next);
    return timer;
  }
  [[nodiscard]] std::optional<Tick> first_due() const {
    const auto next = std::ranges::min_element(armed_, {}, &Armed::due);
    return next == armed_.end() ? std::nullopt : std::optional{next->due};
  }
  [[nodiscard]] Tick now() const { return now_; }

 private:
  struct Armed {
    Tick due;
    Timer timer;
  };
  std::vector<Armed> armed_;  // in the order of arming
  Tick now_ = 0;
};

Timers pop_all(TimerWheel& wheel, Tick now) {
  Timers timers;
  while (const auto timer = wheel.pop(now)) timers.push_back(*timer);
  return timers;
}

// A span of any magnitude.
Tick any_span(Rng& rng, Tick max) {
  return std::min(max, rng.next() >> (16 + rng.below(48)));
}

void duel(std::uint64_t seed, std::uint64_t timers) {
  Rng rng{seed};
  TimerWheel wheel;
  Model model;
  Tick now = 0;
  for (int round = 0; round < 4000; ++round) {
    const auto timer = static_cast<Timer>(rng.below(timers));
    if (rng.chance(2, 5)) {
      // Now and then behind what pop() has reached.
      Tick due = std::min(TimerWheel::kTickMax, model.now() + any_span(rng, TimerWheel::kTickMax));
      if (rng.chance(1, 8)) due = rng.below(model.now() + 1);
      wheel.arm(timer, due);
      model.arm(timer, due);
    } else if (rng.chance(1, 5)) {
      wheel.disarm(timer);
      model.disarm(timer);
    } else {
      // Exactly to the next timer or just before it, or far ahead.
      now = std::max(now, model.first_due().value_or(now) - rng.below(2));
      if (rng.chance(1, 4)) now += any_span(rng, TimerWheel::kTickMax / 8000);
      now = std::min(now, TimerWheel::kTickMax);
      for (std::uint64_t count = rng.below(6); count > 0; --count) {
        REQUIRE(wheel.pop(now) == model.pop(now));
      }
    }
    REQUIRE(wheel.due(timer) == model.due(timer));
  }
  for (;;) {
    const auto last = model.pop(TimerWheel::kTickMax);
    REQUIRE(wheel.pop(TimerWheel::kTickMax) == last);
    if (!last) break;
  }
}

}  // namespace

TEST_CASE("timers ring at their tick and not before") {
  TimerWheel wheel;
  wheel.arm(0, 5);
  CHECK(!wheel.pop(4));
  CHECK(wheel.pop(5) == 0);
  CHECK(!wheel.pop(5));
  CHECK(wheel.due(0) == TimerWheel::kNever);
}

TEST_CASE("timers of one tick ring in the order they were armed in, from however far") {
  TimerWheel wheel;
  wheel.arm(3, 100'000);
  CHECK(!wheel.pop(99'000));
  wheel.arm(1, 100'000);
  CHECK(!wheel.pop(99'999));
  wheel.arm(2, 100'000);
  wheel.arm(0, 99'000);  // is late already
  CHECK(pop_all(wheel, 100'000) == Timers{0, 3, 1, 2});
}

TEST_CASE("arming again moves a timer, disarming takes it out") {
  TimerWheel wheel;
  wheel.arm(0, 10);
  wheel.arm(1, 10);
  wheel.arm(2, 10);
  wheel.arm(0, 70);
  wheel.disarm(1);
  wheel.disarm(1);
  wheel.disarm(1000);
  CHECK(wheel.due(0) == 70);
  CHECK(pop_all(wheel, 69) == Timers{2});
  CHECK(pop_all(wheel, 70) == Timers{0});
}

TEST_CASE("a wheel that stops in the middle goes on where it was") {
  TimerWheel wheel;
  for (Timer timer = 0; timer < 10; ++timer) wheel.arm(timer, 64 * timer);
  CHECK(wheel.pop(10'000) == 0);
  CHECK(wheel.pop(10'000) == 1);
  wheel.arm(10, 100);  // before the next one
  CHECK(pop_all(wheel, 10'000) == Timers{10, 2, 3, 4, 5, 6, 7, 8, 9});
}

TEST_CASE("the last tick of all can be reached") {
  TimerWheel wheel;
  wheel.arm(0, TimerWheel::kTickMax);
  wheel.arm(1, 1);
  CHECK(pop_all(wheel, TimerWheel::kTickMax - 1) == Timers{1});
  CHECK(pop_all(wheel, TimerWheel::kTickMax) == Timers{0});
}

TEST_CASE("a wheel rings as its model does") {
  for (const std::uint64_t seed : quorate::test_seeds(60)) {
    INFO("again: QUORATE_SEED=", seed, " lease_test -tc='a wheel rings as its model does'");
    duel(seed, 1 + seed * 3);
  }
}
