#include "server/watch/event_ring.h"

#include <algorithm>
#include <utility>

#include "common/ensure.h"

namespace quorate::watch {

void EventRing::add(EventPtr event) {
  if (!entries_.empty()) ENSURE(entries_.back().event->revision() <= event->revision());
  ENSURE(event->revision() >= oldest_);
  const std::size_t bytes = event->footprint();
  bytes_ += bytes;
  entries_.push_back({std::move(event), bytes});
}

void EventRing::drop_first() {
  bytes_ -= entries_.front().bytes;
  oldest_ = entries_.front().event->revision().next();
  entries_.pop_front();
}

void EventRing::trim() {
  while (bytes_ > bytes_max_) drop_first();
  while (!entries_.empty() && entries_.front().event->revision() < oldest_) drop_first();
}

void EventRing::restart(Revision newest) {
  entries_.clear();
  bytes_ = 0;
  oldest_ = newest.next();
}

Revision EventRing::copy(Revision from, Revision end, const SliceLimit& limit,
                         std::vector<EventPtr>& out) const {
  ENSURE(from >= oldest_);
  auto at = std::lower_bound(
      entries_.begin(), entries_.end(), from,
      [](const Entry& entry, Revision revision) { return entry.event->revision() < revision; });
  std::size_t rows = 0;
  std::size_t bytes = 0;
  Revision last;
  for (; at != entries_.end(); ++at) {
    const Revision revision = at->event->revision();
    const bool is_full = rows >= limit.rows_max || bytes >= limit.bytes_max;
    if (is_full && revision != last) return revision;
    out.push_back(at->event);
    ++rows;
    bytes += at->event->row().footprint();
    last = revision;
  }
  return end;
}

}  // namespace quorate::watch
