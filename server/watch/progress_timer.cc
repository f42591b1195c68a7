#include "server/watch/progress_timer.h"

namespace quorate::watch {

void ProgressTimer::Entry::stop() {
  if (timer_ != nullptr) timer_->queue_.erase({due_, number_});
  timer_ = nullptr;
}

void ProgressTimer::start(Entry& entry, WatchStream& stream) {
  if (entry.timer_ != nullptr) return;
  entry.timer_ = this;
  entry.number_ = ++last_number_;
  entry.interval_ = interval_ + std::chrono::nanoseconds{rng_.between(0, interval_.count() / 10)};
  entry.due_ = clock_.now() + entry.interval_;
  queue_.emplace(Key{entry.due_, entry.number_}, Value{&entry, &stream});
}

WatchStream* ProgressTimer::take_due() {
  const auto now = clock_.now();
  if (queue_.empty() || queue_.begin()->first.first > now) return nullptr;
  const auto value = queue_.extract(queue_.begin()).mapped();
  value.entry->due_ = now + value.entry->interval_;
  queue_.emplace(Key{value.entry->due_, value.entry->number_}, value);
  return value.stream;
}

std::optional<Clock::Steady> ProgressTimer::next() const {
  if (queue_.empty()) return {};
  return queue_.begin()->first.first;
}

}  // namespace quorate::watch
