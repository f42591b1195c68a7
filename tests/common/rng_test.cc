#include "common/rng.h"

#include <set>

#include <doctest/doctest.h>

using quorate::Rng;

TEST_CASE("the same seed draws the same numbers, a fork others") {
  Rng a{42};
  Rng b{42};
  Rng fork = b.fork();
  a.next();
  bool differs = false;
  for (int i = 0; i < 100; ++i) {
    const auto drawn = a.next();
    CHECK(drawn == b.next());
    differs = differs || drawn != fork.next();
  }
  CHECK(differs);
}

TEST_CASE("below and between stay in their bounds and reach all of them") {
  Rng rng{7};
  std::set<std::uint64_t> below;
  std::set<std::int64_t> between;
  for (int i = 0; i < 1000; ++i) {
    below.insert(rng.below(5));
    between.insert(rng.between(-2, 2));
  }
  CHECK(below == std::set<std::uint64_t>{0, 1, 2, 3, 4});
  CHECK(between == std::set<std::int64_t>{-2, -1, 0, 1, 2});
}
