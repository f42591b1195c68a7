#include "server/auth/interval_set.h"

#include <algorithm>
#include <utility>

namespace quorate::auth {
namespace {

bool is_open_end(std::string_view range_end) {
  return range_end.size() == 1 && range_end[0] == '\0';
}

}  // namespace

IntervalSet::IntervalSet(const std::vector<Range>& ranges) {
  std::vector<Range> sorted = ranges;
  std::sort(sorted.begin(), sorted.end(),
            [](const Range& a, const Range& b) { return a.key < b.key; });
  for (const auto& [key, range_end] : sorted) {
    if (key.empty()) continue;
    std::string begin{key};
    if (range_end.empty()) {
      std::string next = begin + '\0';
      add({std::move(begin), std::move(next), false});
    } else if (is_open_end(range_end)) {
      add({std::move(begin), {}, true});
    } else if (key < range_end) {
      add({std::move(begin), std::string{range_end}, false});
    }
  }
}

// Requires: no span before it begins later.
void IntervalSet::add(Span span) {
  if (spans_.empty()) return spans_.push_back(std::move(span));
  Span& last = spans_.back();
  if (last.is_open) return;
  if (last.end < span.begin) return spans_.push_back(std::move(span));
  last.is_open = span.is_open;
  if (last.end < span.end) last.end = std::move(span.end);
}

bool IntervalSet::covers(std::string_view key, std::string_view range_end) const {
  const auto after =
      std::upper_bound(spans_.begin(), spans_.end(), key,
                       [](std::string_view k, const Span& span) { return k < span.begin; });
  if (after == spans_.begin()) return false;
  const Span& span = *std::prev(after);
  if (span.is_open) return true;
  if (is_open_end(range_end)) return false;
  return key < span.end && range_end <= span.end;
}

}  // namespace quorate::auth
