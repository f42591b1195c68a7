#include "server/replica/auto_compaction.h"

#include <algorithm>

#include "common/ensure.h"

namespace quorate::replica {
namespace {

using std::chrono::nanoseconds;

constexpr nanoseconds kIntervalMax = std::chrono::hours{1};
constexpr int kStepsPerInterval = 10;
constexpr nanoseconds kRevisionInterval = std::chrono::minutes{5};

}  // namespace

PeriodicCompaction::PeriodicCompaction(nanoseconds period, const Clock& clock)
    : clock_{clock},
      step_{std::max(std::min(period, kIntervalMax) / kStepsPerInterval, nanoseconds{1})},
      interval_{std::min(period, kIntervalMax)},
      kept_{static_cast<std::size_t>(period / step_) + 1},
      next_{clock.now()},
      last_{clock.now()},
      pause_{period} {
  ENSURE(period.count() > 0);
}

std::optional<Revision> PeriodicCompaction::poll(Revision newest, Duty duty) {
  if (clock_.now() < next_) return {};
  next_ = clock_.now() + step_;
  std::optional<Revision> at;
  if (is_due(duty)) {
    pause_ = interval_;
    at = noted_.front();
  }
  noted_.push_back(newest);
  if (noted_.size() > kept_) noted_.pop_front();
  return at;
}

bool PeriodicCompaction::is_due(Duty duty) const {
  if (duty != Duty::compact || noted_.empty()) return false;
  return clock_.now() - last_ >= pause_ && noted_.front() != done_;
}

void PeriodicCompaction::succeeded(Revision at) {
  last_ = clock_.now();
  done_ = at;
}

RevisionCompaction::RevisionCompaction(std::int64_t revisions, const Clock& clock)
    : clock_{clock}, revisions_{revisions}, next_{clock.now() + kRevisionInterval} {
  ENSURE(revisions > 0);
}

std::optional<Revision> RevisionCompaction::poll(Revision newest, Duty duty) {
  if (clock_.now() < next_) return {};
  next_ = clock_.now() + kRevisionInterval;
  const Revision at{newest.value() - revisions_};
  if (duty != Duty::compact || at.value() <= 0 || at == done_) return {};
  return at;
}

}  // namespace quorate::replica
