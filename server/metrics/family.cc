#include "server/metrics/family.h"

#include <tuple>

#include "common/ensure.h"
#include "server/metrics/registry.h"

namespace quorate::metrics {

template <class Kind>
Family<Kind>::Family(Registry& registry, std::string_view name, std::string_view help,
                     LabelNames labels) requires(!std::is_same_v<Kind, Histogram>)
    : labels_{std::move(labels)} {
  registry.add(name, help, *this);
}

template <class Kind>
Family<Kind>::Family(Registry& registry, std::string_view name, std::string_view help,
                     LabelNames labels,
                     const Buckets& buckets) requires(std::is_same_v<Kind, Histogram>)
    : labels_{std::move(labels)}, buckets_{buckets} {
  registry.add(name, help, *this);
}

template <class Kind>
Kind& Family<Kind>::make(const LabelValues& values) {
  if constexpr (std::is_same_v<Kind, Histogram>) {
    return cells_.try_emplace(values, buckets_).first->second;
  } else {
    return cells_.try_emplace(values).first->second;
  }
}

template <class Kind>
Kind& Family<Kind>::with(const LabelValues& values) {
  ENSURE(values.size() == labels_.size());
  const std::lock_guard lock{mutex_};
  const auto found = cells_.find(values);
  if (found != cells_.end()) return found->second;
  if (cells_.size() >= kCellsMax) return make(LabelValues(labels_.size(), "other"));
  return make(values);
}

template class Family<Counter>;
template class Family<Gauge>;
template class Family<Histogram>;

}  // namespace quorate::metrics
