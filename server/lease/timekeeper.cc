#include "server/lease/timekeeper.h"

#include <algorithm>
#include <ostream>
#include <utility>

#include "common/ensure.h"

namespace quorate::lease {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using Steady = Clock::Steady;

// The longest TTLs reach to the end of what a time can be.
Steady later(Steady now, nanoseconds by) {
  return by < Steady::max() - now ? now + by : Steady::max();
}

// Timers never ring before their time.
TimerWheel::Tick tick_from(Steady at) {
  const auto count = std::chrono::ceil<milliseconds>(at.time_since_epoch()).count();
  return static_cast<TimerWheel::Tick>(std::max<milliseconds::rep>(count, 0));
}
TimerWheel::Tick tick_until(Steady now) {
  const auto count = std::chrono::floor<milliseconds>(now.time_since_epoch()).count();
  return static_cast<TimerWheel::Tick>(std::max<milliseconds::rep>(count, 0));
}

seconds known_remaining(const Record& record) {
  return seconds{record.remaining > 0 ? record.remaining : record.ttl};
}

}  // namespace

Timekeeper::Timekeeper(const Book& book, const TimekeeperOptions& options)
    : book_{book}, options_{options} {
  ENSURE(options.revokes_in_flight_max > 0);
}

void Timekeeper::promote(Steady now, milliseconds extension) {
  demote();
  is_primary_ = true;
  for (Slot slot = 0; slot < book_.slot_count(); ++slot) {
    if (!book_.is_used(slot)) continue;
    start(slot, later(later(now, known_remaining(book_.at(slot))), extension));
  }
}

void Timekeeper::demote() {
  is_primary_ = false;
  wheel_ = TimerWheel{};
  lifetimes_ = {};
  overdue_ = {};
  in_flight_ = 0;
}

Renewal Timekeeper::renew(LeaseId id, Steady now) {
  ENSURE(is_primary_);
  const auto slot = book_.slot_of(id);
  if (!slot) return {};
  if (is_overdue(*slot, now)) return {Renewal::State::ended};
  const Record& record = book_.at(*slot);
  Steady& end = lifetimes_[*slot].end;
  // Right after promote() the end comes closer: what was added is taken back.
  const bool ends_sooner = later(now, seconds{record.ttl}) < end;
  end = later(now, seconds{record.ttl});
  if (ends_sooner) arm_no_later(*slot);
  return {Renewal::State::renewed, record.ttl, record.remaining > 0};
}

std::optional<std::int64_t> Timekeeper::remaining(LeaseId id, Steady now) const {
  ENSURE(is_primary_);
  const auto slot = book_.slot_of(id);
  if (!slot) return {};
  const auto left = std::chrono::floor<seconds>(lifetimes_[*slot].end - now);
  return std::max<std::int64_t>(left.count(), 0);
}

Due Timekeeper::poll(Steady now, std::size_t timers_max) {
  Due due;
  if (!is_primary_) return due;
  const TimerWheel::Tick tick = tick_until(now);
  for (std::size_t count = 0; count < timers_max; ++count) {
    const auto slot = wheel_.pop(tick);
    if (!slot) break;
    rang(*slot, now, due);
  }
  take_overdue(now, due);
  return due;
}

void Timekeeper::revoke_failed(LeaseId id) {
  const auto slot = book_.slot_of(id);
  if (!is_primary_ || !slot) return;
  if (!lifetimes_[*slot].is_being_revoked) return;
  lifetimes_[*slot].is_being_revoked = false;
  --in_flight_;
  wheel_.disarm(*slot);
  overdue_.push_back(*slot);
}

std::vector<LeaseId> Timekeeper::list() const {
  ENSURE(is_primary_);
  std::vector<std::pair<Steady, LeaseId>> leases;
  leases.reserve(book_.size());
  for (Slot slot = 0; slot < book_.slot_count(); ++slot) {
    if (book_.is_used(slot)) leases.emplace_back(lifetimes_[slot].end, book_.at(slot).id);
  }
  std::ranges::sort(leases);
  std::vector<LeaseId> ids;
  ids.reserve(leases.size());
  for (const auto& [end, id] : leases) ids.push_back(id);
  return ids;
}

void Timekeeper::granted(LeaseId id, Steady now) {
  if (!is_primary_) return;
  const auto slot = book_.slot_of(id);
  ENSURE(slot.has_value());
  start(*slot, later(now, seconds{book_.at(*slot).ttl}));
}

void Timekeeper::revoking(LeaseId id) {
  if (!is_primary_) return;
  const auto slot = book_.slot_of(id);
  if (!slot) return;
  if (lifetimes_[*slot].is_being_revoked) --in_flight_;
  lifetimes_[*slot] = {};
  wheel_.disarm(*slot);
}

void Timekeeper::checkpointed(LeaseId id) {
  if (!is_primary_) return;
  const auto slot = book_.slot_of(id);
  if (slot && !lifetimes_[*slot].is_being_revoked) arm_no_later(*slot);
}

void Timekeeper::dump(std::ostream& out) const {
  out << "timekeeper primary=" << is_primary_ << " overdue=" << overdue_.size()
      << " in_flight=" << in_flight_ << '\n';
}

void Timekeeper::start(Slot slot, Steady end) {
  if (slot >= lifetimes_.size()) lifetimes_.resize(book_.slot_count());
  lifetimes_[slot] = {end, false};
  arm(slot, std::min(end, next_checkpoint(slot)));
}

void Timekeeper::rang(Slot slot, Steady now, Due& due) {
  ENSURE(book_.is_used(slot));
  const Lifetime& lifetime = lifetimes_[slot];
  if (lifetime.is_being_revoked) {
    ask_to_revoke(slot, now, due);
  } else if (tick_from(lifetime.end) <= wheel_.reached()) {
    overdue_.push_back(slot);
  } else if (lifetime.end <= now) {
    arm(slot, lifetime.end);  // polled late: others may have ended before it
  } else if (next_checkpoint(slot) <= now) {
    const auto left = std::chrono::ceil<seconds>(lifetime.end - now);
    due.checkpoints.push_back({book_.at(slot).id, left.count()});
    arm(slot, std::min(lifetime.end, later(now, kRetryAfter)));
  } else {
    arm(slot, std::min(lifetime.end, next_checkpoint(slot)));
  }
}

void Timekeeper::ask_to_revoke(Slot slot, Steady now, Due& due) {
  due.revokes.push_back(book_.at(slot).id);
  arm(slot, later(now, kRetryAfter));
}

void Timekeeper::take_overdue(Steady now, Due& due) {
  while (!overdue_.empty() && in_flight_ < options_.revokes_in_flight_max) {
    const Slot slot = overdue_.front();
    overdue_.pop_front();
    // It may be gone since, and its slot may have another lease now.
    if (!book_.is_used(slot) || lifetimes_[slot].is_being_revoked || !is_overdue(slot, now))
      continue;
    lifetimes_[slot].is_being_revoked = true;
    ++in_flight_;
    ask_to_revoke(slot, now, due);
  }
}

bool Timekeeper::is_overdue(Slot slot, Steady now) const {
  return lifetimes_[slot].end <= now;
}

// A next leader would let the lease run for what the book knows. That is more than is left of it;
// when it has become an interval more, the book is told.
Steady Timekeeper::next_checkpoint(Slot slot) const {
  const seconds known = known_remaining(book_.at(slot));
  const seconds interval = options_.checkpoint_interval;
  if (interval == seconds{0} || known <= interval) return Steady::max();
  return lifetimes_[slot].end - (known - interval);
}

void Timekeeper::arm(Slot slot, Steady at) {
  wheel_.arm(slot, tick_from(at));
}

void Timekeeper::arm_no_later(Slot slot) {
  const auto tick = tick_from(std::min(lifetimes_[slot].end, next_checkpoint(slot)));
  if (tick < wheel_.due(slot)) wheel_.arm(slot, tick);
}

}  // namespace quorate::lease
