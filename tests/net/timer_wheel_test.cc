#include "server/net/timer_wheel.h"

#include <map>
#include <memory>
#include <vector>

#include <doctest/doctest.h>

#include "common/rng.h"
#include "tests/common/test_seed.h"

using namespace quorate;
using namespace quorate::net;
using namespace std::chrono_literals;

TEST_CASE("a deadline is never early: rounded up, the tick under way not counted") {
  for (const auto after : {0ns, std::chrono::nanoseconds{1}, std::chrono::nanoseconds{10ms},
                           std::chrono::nanoseconds{11ms}, std::chrono::nanoseconds{25s}}) {
    CAPTURE(after.count());
    TimerWheel wheel;
    Timer timer;
    bool has_fired = false;
    wheel.advance(3);
    wheel.arm(timer, after, [&] { has_fired = true; });
    std::uint64_t ticks = 0;
    while (!has_fired) {
      wheel.advance(1);
      ++ticks;
    }
    const auto passed = (ticks - 1) * TimerWheel::kTick;  // at least
    CHECK(passed >= after);
    CHECK(passed < after + TimerWheel::kTick + 1ns);
    CHECK_FALSE(timer.is_armed());
    CHECK(wheel.armed() == 0);
  }
}

TEST_CASE("a time that is past fires on the next tick, one without end never") {
  TimerWheel wheel;
  Timer past;
  Timer endless;
  int fired = 0;
  wheel.arm(past, -5s, [&] { ++fired; });
  wheel.arm(endless, std::chrono::nanoseconds::max(), [&] { fired += 100; });
  wheel.advance(1);
  CHECK(fired == 1);
  wheel.advance(100'000);
  CHECK(fired == 1);
  CHECK(endless.is_armed());
}

TEST_CASE("what was disarmed, armed anew or destroyed does not fire") {
  TimerWheel wheel;
  int fired = 0;
  Timer disarmed;
  Timer renewed;
  auto destroyed = std::make_unique<Timer>();
  for (Timer* timer : {&disarmed, &renewed, destroyed.get()}) {
    wheel.arm(*timer, 50ms, [&] { ++fired; });
  }
  disarmed.disarm();
  disarmed.disarm();
  destroyed.reset();
  wheel.arm(renewed, 100ms, [&] { fired += 10; });
  CHECK(wheel.armed() == 1);
  wheel.advance(8);
  CHECK(fired == 0);
  wheel.advance(10);
  CHECK(fired == 10);
}

TEST_CASE("what fires may arm itself, disarm and destroy others that are due in the same tick") {
  TimerWheel wheel;
  int fired = 0;
  Timer again;
  Timer victim;
  auto destroyed = std::make_unique<Timer>();
  wheel.arm(again, 0ms, [&] {
    ++fired;
    victim.disarm();
    destroyed.reset();
    wheel.arm(again, 0ms, [&] { fired += 10; });
  });
  wheel.arm(victim, 0ms, [&] { fired += 100; });
  wheel.arm(*destroyed, 0ms, [&] { fired += 1000; });
  wheel.advance(1);
  CHECK(fired == 1);
  wheel.advance(1);
  CHECK(fired == 11);
}

TEST_CASE("any sequence of arming, disarming and time: as a sorted list would do it") {
  for (const auto seed : test_seeds(50)) {
    CAPTURE(seed);
    Rng rng{seed};
    TimerWheel wheel;
    std::vector<Timer> timers(20);
    std::map<std::size_t, std::uint64_t> due;  // timer -> tick
    std::uint64_t now = 0;
    const auto arm = [&](std::size_t which) {
      // Several times round the wheel, now and then.
      const std::uint64_t ticks = rng.below(rng.chance(1, 4) ? 5000 : 50);
      wheel.arm(timers[which], ticks * TimerWheel::kTick, [&, which] {
        const auto found = due.find(which);
        REQUIRE(found != due.end());
        CHECK(found->second == now);
        due.erase(found);
      });
      due[which] = now + ticks + 1;
    };
    for (int step = 0; step < 2000; ++step) {
      const std::size_t which = rng.below(timers.size());
      if (rng.chance(1, 4)) {
        timers[which].disarm();
        due.erase(which);
      } else if (rng.chance(1, 3)) {
        arm(which);
      } else {
        for (auto ticks = rng.below(rng.chance(1, 50) ? 3000 : 5); ticks > 0; --ticks) {
          ++now;
          wheel.advance(1);
          for (const auto& [timer, tick] : due) CHECK(tick > now);
        }
      }
      CHECK(wheel.armed() == due.size());
    }
  }
}
