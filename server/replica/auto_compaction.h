// When the history is compacted without being asked, and at which revision. Every member keeps
// count, the leader compacts: so a new leader knows what to do at once.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>

#include "common/clock.h"
#include "common/id.h"

namespace quorate::replica {

// Home: state thread.
class AutoCompaction {
 public:
  enum class Duty : std::uint8_t { compact, watch };  // of the leader; of the others

  virtual ~AutoCompaction() = default;
  // The revision to compact at, when it is time. Asked often, but not while one is under way.
  [[nodiscard]] virtual std::optional<Revision> poll(Revision newest, Duty duty) = 0;
  // What poll() wanted was done, or somebody had done it. Not called when it failed.
  virtual void succeeded(Revision at) = 0;
};

// Keeps the history of so long a time: a compaction at the latest every hour, at the revision that
// was the newest one then. As etcd: the time is cut into steps, each step notes a revision, and the
// first compaction comes when the whole time has passed.
class PeriodicCompaction final : public AutoCompaction {
 public:
  // The clock outlives it. Requires: period > 0.
  PeriodicCompaction(std::chrono::nanoseconds period, const Clock& clock);
  [[nodiscard]] std::optional<Revision> poll(Revision newest, Duty duty) override;
  void succeeded(Revision at) override;

 private:
  [[nodiscard]] bool is_due(Duty duty) const;

  const Clock& clock_;
  std::chrono::nanoseconds step_;
  std::chrono::nanoseconds interval_;  // between compactions
  std::size_t kept_;                   // revisions noted, the oldest one the period ago
  std::deque<Revision> noted_;
  Clock::Steady next_;              // step
  Clock::Steady last_;              // success; at first the beginning
  std::chrono::nanoseconds pause_;  // before the next one
  Revision done_{-1};
};

// Keeps so many revisions: looks every five minutes.
class RevisionCompaction final : public AutoCompaction {
 public:
  // The clock outlives it. Requires: revisions > 0.
  RevisionCompaction(std::int64_t revisions, const Clock& clock);
  [[nodiscard]] std::optional<Revision> poll(Revision newest, Duty duty) override;
  void succeeded(Revision at) override { done_ = at; }

 private:
  const Clock& clock_;
  std::int64_t revisions_;
  Clock::Steady next_;
  Revision done_{0};
};

}  // namespace quorate::replica
