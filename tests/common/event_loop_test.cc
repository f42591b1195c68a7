#include "common/event_loop.h"

#include <csignal>
#include <vector>

#include <doctest/doctest.h>

#include "common/worker_thread.h"

using namespace quorate;
using namespace std::chrono_literals;

TEST_CASE("posted work runs later, in order, also from another thread") {
  EventLoop loop;
  std::vector<int> seen;
  loop.post([&] {
    seen.push_back(1);
    loop.post([&] { seen.push_back(3); });
  });
  loop.post([&] { seen.push_back(2); });
  CHECK(seen.empty());
  loop.run_until([&] { return seen.size() == 3; });
  CHECK(seen == std::vector{1, 2, 3});

  WorkerThread other{"other"};
  other.post([&] { loop.post([&] { seen.push_back(4); }); });
  loop.run_until([&] { return seen.size() == 4; });
}

TEST_CASE("run_until with a deadline gives up") {
  EventLoop loop;
  CHECK(!loop.run_until([] { return false; }, std::chrono::steady_clock::now() + 1ms));
  CHECK(loop.run_until([] { return true; }, std::chrono::steady_clock::now()));
}

TEST_CASE("a timer fires once, can be replaced, cancelled and destroyed") {
  EventLoop loop;
  std::vector<int> fired;
  Timer replaced{loop};
  replaced.set(1h, [&] { fired.push_back(1); });
  replaced.set(2ms, [&] { fired.push_back(2); });
  Timer cancelled{loop};
  cancelled.set(1ms, [&] { fired.push_back(3); });
  cancelled.cancel();
  CHECK(!cancelled.is_set());
  {
    Timer destroyed{loop};
    destroyed.set(1ms, [&] { fired.push_back(4); });
  }
  Timer last{loop};
  last.set(5ms, [&] { fired.push_back(5); });
  loop.run_until([&] { return !fired.empty() && fired.back() == 5; });
  CHECK(fired == std::vector{2, 5});
  CHECK(!replaced.is_set());
}

TEST_CASE("a timer may set itself again from its own work") {
  EventLoop loop;
  Timer timer{loop};
  int count = 0;
  std::function<void()> tick = [&] {
    if (++count < 3) timer.set(0ns, [&] { tick(); });
  };
  timer.set(0ns, [&] { tick(); });
  loop.run_until([&] { return count == 3; });
  CHECK(!timer.is_set());
}

TEST_CASE("a signal is told as long as it is watched") {
  EventLoop loop;
  int count = 0;
  SignalWatch watch{loop, {SIGUSR1}, [&](int number) {
                      CHECK(number == SIGUSR1);
                      ++count;
                    }};
  for (int i = 1; i <= 2; ++i) {
    ::raise(SIGUSR1);
    loop.run_until([&] { return count == i; });
  }
}
