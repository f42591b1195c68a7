#include "common/worker_thread.h"

#include <vector>

#include <doctest/doctest.h>

using quorate::WorkerThread;

TEST_CASE("a worker runs everything posted, in order, before it stops") {
  std::vector<int> seen;
  WorkerThread worker{"test"};
  for (int i = 0; i < 1000; ++i) {
    worker.post([&seen, i] { seen.push_back(i); });
  }
  worker.stop();
  CHECK(seen.size() == 1000);
  for (int i = 0; i < 1000; ++i) CHECK(seen[static_cast<std::size_t>(i)] == i);
}
