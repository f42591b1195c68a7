// One metric with a cell for each combination of label values: bytes sent to each member.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "server/metrics/cell.h"

namespace quorate::metrics {

// Home: any thread. Users ask for their cell once and keep the reference; it stays good as long as
// the family. The mutex is there because connections and members come and go on several threads
// while a scrape reads; nobody holds it for longer than a look-up.
template <class Kind>
class Family {
 public:
  using LabelNames = std::vector<std::string>;
  using LabelValues = std::vector<std::string>;

  // Label values can come from clients: past this many combinations all go to one cell, labelled
  // "other".
  static constexpr std::size_t kCellsMax = 2000;

  Family(Registry& registry, std::string_view name, std::string_view help,
         LabelNames labels) requires(!std::is_same_v<Kind, Histogram>);
  Family(Registry& registry, std::string_view name, std::string_view help, LabelNames labels,
         const Buckets& buckets) requires(std::is_same_v<Kind, Histogram>);
  Family(const Family&) = delete;
  Family& operator=(const Family&) = delete;

  // The cell of these values, made at its first use; a value for each label name.
  Kind& with(const LabelValues& values);

  [[nodiscard]] const LabelNames& labels() const { return labels_; }
  // Calls visit(const LabelValues&, const Kind&) for each cell, by label values. `visit` must not
  // come back here.
  template <class Visit>
  void for_each(Visit visit) const {
    const std::lock_guard lock{mutex_};
    for (const auto& [values, cell] : cells_) visit(values, cell);
  }

 private:
  Kind& make(const LabelValues& values);

  const LabelNames labels_;
  const Buckets buckets_;     // of histograms
  mutable std::mutex mutex_;  // guards cells_
  std::map<LabelValues, Kind> cells_;
};

extern template class Family<Counter>;
extern template class Family<Gauge>;
extern template class Family<Histogram>;

}  // namespace quorate::metrics
