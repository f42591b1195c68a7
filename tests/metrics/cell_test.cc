#include "server/metrics/cell.h"

#include <array>
#include <cmath>
#include <limits>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

using namespace quorate::metrics;
using namespace std::chrono_literals;

TEST_CASE("exponential buckets double from the first bound") {
  constexpr Buckets buckets = Buckets::exponential(0.001, 14);
  CHECK(buckets.count == 14);
  CHECK(buckets.bounds[0] == 0.001);
  CHECK(buckets.bounds[13] == 8.192);
}

TEST_CASE("a value falls into the first bucket it does not exceed") {
  Histogram histogram{Buckets::of({1, 2, 4})};
  for (const double value : {0.5, 1.0, 1.5, 2.0, 4.0, 4.1, 1e9}) histogram.observe(value);
  CHECK(histogram.count_in(0) == 2);
  CHECK(histogram.count_in(1) == 2);
  CHECK(histogram.count_in(2) == 1);
  CHECK(histogram.count_in(3) == 2);
  CHECK(histogram.sum() == doctest::Approx(1e9 + 13.1));
}

TEST_CASE("durations are observed in seconds; what is no number goes to the end") {
  Histogram histogram{Buckets::of({0.001, 1})};
  histogram.observe(500us);
  histogram.observe(999ms);
  histogram.observe(std::numeric_limits<double>::quiet_NaN());
  CHECK(histogram.count_in(0) == 1);
  CHECK(histogram.count_in(1) == 1);
  CHECK(histogram.count_in(2) == 1);
  CHECK(std::isnan(histogram.sum()));
}

TEST_CASE("a histogram shows what was counted elsewhere") {
  Histogram histogram{Buckets::of({1, 2})};
  histogram.mirror(std::array<std::uint64_t, 3>{4, 0, 7}, 99.5);
  CHECK(histogram.count_in(0) == 4);
  CHECK(histogram.count_in(1) == 0);
  CHECK(histogram.count_in(2) == 7);
  CHECK(histogram.sum() == 99.5);
}

TEST_CASE("nothing is lost when threads count together") {
  Counter counter;
  Gauge gauge;
  Histogram histogram{Buckets::of({1})};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 10'000; ++i) {
        counter.add();
        gauge.add(i % 2 == 0 ? 2 : -1);
        histogram.observe(0.5);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(counter.value() == 40'000);
  CHECK(gauge.value() == 20'000);
  CHECK(histogram.count_in(0) == 40'000);
  CHECK(histogram.sum() == 20'000);
}
