#include "server/watch/watcher.h"

#include "common/ensure.h"

namespace quorate::watch {

// "Memory per idle watch at most 200 bytes", of which the key and the id's table need the most.
static_assert(sizeof(Watcher) <= 64);

void list(Watcher& watcher) {
  ENSURE(!watcher.is_listed);
  Interest& interest = *watcher.interest;
  watcher.previous = nullptr;
  watcher.next = interest.first;
  if (interest.first != nullptr) interest.first->previous = &watcher;
  interest.first = &watcher;
  watcher.is_listed = true;
}

void unlist(Watcher& watcher) {
  if (!watcher.is_listed) return;
  (watcher.previous != nullptr ? watcher.previous->next : watcher.interest->first) = watcher.next;
  if (watcher.next != nullptr) watcher.next->previous = watcher.previous;
  watcher.is_listed = false;
}

Watcher& WatcherPool::take() {
  ++in_use_;
  if (free_ == nullptr) return all_.emplace_back();
  Watcher& watcher = *free_;
  free_ = watcher.next;
  watcher = Watcher{};
  return watcher;
}

void WatcherPool::give_back(Watcher& watcher) {
  ENSURE(!watcher.is_listed);
  --in_use_;
  watcher.next = free_;
  free_ = &watcher;
}

}  // namespace quorate::watch
