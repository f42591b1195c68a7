#include "server/metrics/cell.h"

#include <algorithm>

#include "common/ensure.h"
#include "server/metrics/registry.h"

namespace quorate::metrics {

Counter::Counter(Registry& registry, std::string_view name, std::string_view help) {
  registry.add(name, help, *this);
}

Gauge::Gauge(Registry& registry, std::string_view name, std::string_view help, double initial)
    : value_{initial} {
  registry.add(name, help, *this);
}

Histogram::Histogram(Registry& registry, std::string_view name, std::string_view help,
                     const Buckets& buckets)
    : buckets_{buckets} {
  registry.add(name, help, *this);
}

void Histogram::observe(double value) {
  // A value on a bound belongs below it. NaN is below nothing and goes to the end.
  const auto end = buckets_.bounds.begin() + static_cast<std::ptrdiff_t>(buckets_.count);
  const auto bucket =
      std::find_if(buckets_.bounds.begin(), end, [value](double bound) { return value <= bound; });
  const auto index = static_cast<std::size_t>(bucket - buckets_.bounds.begin());
  counts_[index].fetch_add(1, std::memory_order_relaxed);
  sum_.fetch_add(value, std::memory_order_relaxed);
}

void Histogram::mirror(std::span<const std::uint64_t> counts, double sum) {
  ENSURE(counts.size() == buckets_.count + 1);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    counts_[i].store(counts[i], std::memory_order_relaxed);
  }
  sum_.store(sum, std::memory_order_relaxed);
}

}  // namespace quorate::metrics
