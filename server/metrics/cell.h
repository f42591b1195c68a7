// What is counted: plain atomics that any thread updates for the price of one instruction, and
// that a scrape reads. No order is promised between two cells.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace quorate::metrics {

class Registry;

// Not copied or moved: the registry and the users point at it. One made without a registry belongs
// to a Family.
class Cell {
 public:
  Cell() = default;
  Cell(const Cell&) = delete;
  Cell& operator=(const Cell&) = delete;

 protected:
  ~Cell() = default;
};

// Only grows. Home: any thread.
class Counter : public Cell {
 public:
  Counter() = default;
  Counter(Registry& registry, std::string_view name, std::string_view help);

  void add(std::uint64_t count = 1) { value_.fetch_add(count, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

// Goes up and down. Home: any thread.
class Gauge : public Cell {
 public:
  Gauge() = default;
  Gauge(Registry& registry, std::string_view name, std::string_view help, double initial = 0);

  void set(double value) { value_.store(value, std::memory_order_relaxed); }
  void add(double change) { value_.fetch_add(change, std::memory_order_relaxed); }
  [[nodiscard]] double value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<double> value_{0};
};

// Upper bounds of buckets, each `factor` times the one before.
struct Buckets {
  static constexpr std::size_t kMax = 24;

  std::array<double, kMax> bounds{};
  std::size_t count = 0;

  [[nodiscard]] static constexpr Buckets exponential(double start, std::size_t count,
                                                     double factor = 2) {
    Buckets buckets;
    buckets.count = count;
    for (std::size_t i = 0; i < count; ++i, start *= factor) buckets.bounds[i] = start;
    return buckets;
  }
  template <std::size_t n>
  [[nodiscard]] static constexpr Buckets of(const double (&bounds)[n]) {
    static_assert(n <= kMax);
    Buckets buckets;
    buckets.count = n;
    for (std::size_t i = 0; i < n; ++i) buckets.bounds[i] = bounds[i];
    return buckets;
  }
};

// How values are spread. Home: any thread.
class Histogram : public Cell {
 public:
  explicit Histogram(const Buckets& buckets) : buckets_{buckets} {}
  Histogram(Registry& registry, std::string_view name, std::string_view help,
            const Buckets& buckets);

  void observe(double value);
  // In seconds, as most histograms count.
  void observe(std::chrono::nanoseconds duration) {
    observe(std::chrono::duration<double>{duration}.count());
  }

  // Shows what was counted elsewhere. Requires: a count for each bucket and for the rest; nothing
  // is observed here.
  void mirror(std::span<const std::uint64_t> counts, double sum);

  [[nodiscard]] const Buckets& buckets() const { return buckets_; }
  // How many values fell into bucket `index` alone; the one past the last takes the rest.
  [[nodiscard]] std::uint64_t count_in(std::size_t index) const {
    return counts_[index].load(std::memory_order_relaxed);
  }
  [[nodiscard]] double sum() const { return sum_.load(std::memory_order_relaxed); }

 private:
  const Buckets buckets_;
  std::array<std::atomic<std::uint64_t>, Buckets::kMax + 1> counts_{};
  std::atomic<double> sum_{0};
};

}  // namespace quorate::metrics
