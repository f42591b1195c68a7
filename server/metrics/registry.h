// All metrics by name, and the page that shows them.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <prometheus/collectable.h>

#include "server/metrics/family.h"

namespace quorate::metrics {

// Filled at start-up, before anybody scrapes; from then on scrape() may be called on any thread.
// What is added must live as long as the registry. Names are added once.
class Registry final : public prometheus::Collectable {
 public:
  Registry();
  ~Registry() override;
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  // One cell may have several names.
  void add(std::string_view name, std::string_view help, const Counter& counter);
  void add(std::string_view name, std::string_view help, const Gauge& gauge);
  void add(std::string_view name, std::string_view help, const Histogram& histogram);
  void add(std::string_view name, std::string_view help, const Family<Counter>& counters);
  void add(std::string_view name, std::string_view help, const Family<Gauge>& gauges);
  void add(std::string_view name, std::string_view help, const Family<Histogram>& histograms);

  // Families that are made anew for each scrape, with names of their own.
  using Collector = std::function<std::vector<prometheus::MetricFamily>()>;
  void add(Collector collector);

  // Everything, sorted by name, those without a cell left out.
  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;

  // Collect() as text (text.h), counting itself as Go's handler does.
  [[nodiscard]] std::string scrape();

 private:
  struct Entry {
    std::string help;
    std::function<void(prometheus::MetricFamily&)> fill;
  };
  void add(std::string_view name, std::string_view help,
           std::function<void(prometheus::MetricFamily&)> fill);

  std::map<std::string, Entry, std::less<>> entries_;
  std::vector<Collector> collectors_;
  Gauge scrapes_in_flight_;
  Family<Counter> scrapes_;
};

}  // namespace quorate::metrics
