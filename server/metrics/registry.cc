#include "server/metrics/registry.h"

#include <algorithm>
#include <limits>

#include <prometheus/metric_family.h>

#include "common/ensure.h"
#include "server/metrics/text.h"

namespace quorate::metrics {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

ClientMetric value_of(const Counter& counter) {
  ClientMetric metric;
  metric.counter.value = static_cast<double>(counter.value());
  return metric;
}

ClientMetric value_of(const Gauge& gauge) {
  ClientMetric metric;
  metric.gauge.value = gauge.value();
  return metric;
}

// Count and buckets are made of the same reads, so they always agree.
ClientMetric value_of(const Histogram& histogram) {
  ClientMetric metric;
  const Buckets& buckets = histogram.buckets();
  std::uint64_t count = 0;
  for (std::size_t i = 0; i <= buckets.count; ++i) {
    count += histogram.count_in(i);
    const double bound =
        i < buckets.count ? buckets.bounds[i] : std::numeric_limits<double>::infinity();
    metric.histogram.bucket.push_back({count, bound});
  }
  metric.histogram.sample_count = count;
  metric.histogram.sample_sum = histogram.sum();
  return metric;
}

MetricType type_of(const Counter&) {
  return MetricType::Counter;
}
MetricType type_of(const Gauge&) {
  return MetricType::Gauge;
}
MetricType type_of(const Histogram&) {
  return MetricType::Histogram;
}

template <class Kind>
auto filler(const Kind& cell) {
  return [&cell](MetricFamily& family) {
    family.type = type_of(cell);
    family.metric.push_back(value_of(cell));
  };
}

template <class Kind>
auto filler(const Family<Kind>& cells) {
  return [&cells](MetricFamily& family) {
    cells.for_each([&](const std::vector<std::string>& values, const Kind& cell) {
      family.type = type_of(cell);
      ClientMetric metric = value_of(cell);
      for (std::size_t i = 0; i < values.size(); ++i) {
        metric.label.push_back({cells.labels()[i], values[i]});
      }
      family.metric.push_back(std::move(metric));
    });
  };
}

}  // namespace

Registry::Registry()
    : scrapes_in_flight_{*this, "promhttp_metric_handler_requests_in_flight",
                         "Current number of scrapes being served."},
      scrapes_{*this,
               "promhttp_metric_handler_requests_total",
               "Total number of scrapes by HTTP status code.",
               {"code"}} {
  for (const char* code : {"200", "500", "503"}) scrapes_.with({code});
}

Registry::~Registry() = default;

void Registry::add(std::string_view name, std::string_view help,
                   std::function<void(MetricFamily&)> fill) {
  const bool is_new = entries_.emplace(name, Entry{std::string{help}, std::move(fill)}).second;
  ENSURE(is_new);
}

void Registry::add(std::string_view name, std::string_view help, const Counter& counter) {
  add(name, help, filler(counter));
}
void Registry::add(std::string_view name, std::string_view help, const Gauge& gauge) {
  add(name, help, filler(gauge));
}
void Registry::add(std::string_view name, std::string_view help, const Histogram& histogram) {
  add(name, help, filler(histogram));
}
void Registry::add(std::string_view name, std::string_view help, const Family<Counter>& counters) {
  add(name, help, filler(counters));
}
void Registry::add(std::string_view name, std::string_view help, const Family<Gauge>& gauges) {
  add(name, help, filler(gauges));
}
void Registry::add(std::string_view name, std::string_view help,
                   const Family<Histogram>& histograms) {
  add(name, help, filler(histograms));
}

void Registry::add(Collector collector) {
  collectors_.push_back(std::move(collector));
}

std::vector<MetricFamily> Registry::Collect() const {
  std::vector<MetricFamily> families;
  for (const auto& [name, entry] : entries_) {
    MetricFamily family;
    family.name = name;
    family.help = entry.help;
    entry.fill(family);
    if (!family.metric.empty()) families.push_back(std::move(family));
  }
  for (const Collector& collector : collectors_) {
    auto more = collector();
    std::move(more.begin(), more.end(), std::back_inserter(families));
  }
  std::sort(families.begin(), families.end(),
            [](const MetricFamily& a, const MetricFamily& b) { return a.name < b.name; });
  return families;
}

std::string Registry::scrape() {
  scrapes_in_flight_.add(1);
  std::string page = exposition(Collect());
  scrapes_in_flight_.add(-1);
  scrapes_.with({"200"}).add();
  return page;
}

}  // namespace quorate::metrics
