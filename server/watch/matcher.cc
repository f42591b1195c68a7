#include "server/watch/matcher.h"

#include "common/ensure.h"

namespace quorate::watch {

void Matcher::match(std::span<const EventPtr> events, Eligible eligible) {
  ENSURE(matches_.empty());
  for (const EventPtr& event : events) {
    bool is_previous_wanted = false;
    index_.stab(event->row().key(), [&](Interest& interest) {
      for (Watcher* watcher = interest.first; watcher != nullptr; watcher = watcher->next) {
        if (!eligible(*watcher, event->revision()) || !watcher->wants(*event)) continue;
        add(*watcher, *event);
        is_previous_wanted |= watcher->wants_previous;
      }
    });
    if (is_previous_wanted && event->previous() != Event::Previous::known) {
      without_previous_.push_back(event);
    }
  }
}

void Matcher::add(Watcher& watcher, Event& event) {
  const auto place = static_cast<std::uint32_t>(matches_.size());
  matches_.push_back({&watcher, &event, Watcher::kNone});
  if (watcher.last_match == Watcher::kNone) {
    first_.push_back(place);
  } else {
    matches_[watcher.last_match].next = place;
  }
  watcher.last_match = place;
}

void Matcher::visit(Take take) {
  for (const std::uint32_t first : first_) {
    chain_.clear();
    for (std::uint32_t at = first; at != Watcher::kNone; at = matches_[at].next) {
      chain_.push_back(matches_[at].event);
    }
    take(*matches_[first].watcher, chain_);
  }
  clear();
}

void Matcher::clear() {
  for (const std::uint32_t first : first_) matches_[first].watcher->last_match = Watcher::kNone;
  matches_.clear();
  first_.clear();
  without_previous_.clear();
}

}  // namespace quorate::watch
