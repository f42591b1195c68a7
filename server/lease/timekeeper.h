// When leases end: the half of leases that only the leader has. It decides what is to be revoked
// and checkpointed; its owner proposes that, and only what is applied changes anything.
//
// Every lease has one timer in the wheel, set for its end or its next checkpoint. A renewal moves
// the end and leaves the timer: it rings too early and is set again, once per TTL instead of once
// per renewal.
//
//   running --end--> overdue --poll()--> being revoked --applied--> gone
//                       ^                     |
//                       +--- revoke_failed ---+   (or asked for again after kRetryAfter)
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <iosfwd>
#include <optional>
#include <vector>

#include "common/clock.h"
#include "server/lease/book.h"
#include "server/lease/timer_wheel.h"

namespace quorate::lease {

struct TimekeeperOptions {
  // How long a leader keeps the time to itself. Leases no longer than this are never checkpointed.
  // 0: none is.
  std::chrono::seconds checkpoint_interval{300};  // etcd's
  // Revokes asked for and not yet applied: what mass expiry may put before other writes. Clients
  // that have a thousand writes under way keep most of their rate beside so many.
  std::size_t revokes_in_flight_max = 500;
};

struct Checkpoint {
  LeaseId id;
  std::int64_t remaining = 0;  // seconds, at least 1
};

// What to propose now.
struct Due {
  std::vector<LeaseId> revokes;  // in order of their ends
  std::vector<Checkpoint> checkpoints;
};

struct Renewal {
  enum class State : std::uint8_t {
    renewed,
    // It ended and is not revoked yet. As in etcd, the answer waits until it is (then TTL 0) or
    // until this member leads no more (then the next leader is asked).
    ended,
    unknown,  // TTL 0
  };
  State state = State::unknown;
  std::int64_t ttl = 0;  // seconds, the whole TTL again
  // The lease has a checkpoint, by which a next leader would end it too early: propose a checkpoint
  // of 0 and answer when that is applied.
  bool must_clear_checkpoint = false;
};

// Home: state thread.
class Timekeeper {
 public:
  using Steady = Clock::Steady;
  static constexpr std::chrono::seconds kRetryAfter{3};  // etcd's

  Timekeeper(const Book& book, const TimekeeperOptions& options);  // `book` outlives it

  // ---- Leadership

  // Every lease runs from now for its TTL, or what was left of it at its last checkpoint, and
  // `extension` (the election timeout) more. etcd 3.4 also moves ends apart so that at most 750
  // fall into one second, because it revokes at most 1000 a second. We revoke as fast as entries
  // are applied, at most revokes_in_flight_max at a time: moving the ends would only keep dead
  // leases for longer.
  // Requires: all entries of earlier terms are applied.
  void promote(Steady now, std::chrono::milliseconds extension);
  // Nothing ends here any more. Revokes that were asked for and not proposed yet must be dropped,
  // never handed to the next leader, who may have renewed the lease.
  void demote();
  [[nodiscard]] bool is_primary() const { return is_primary_; }

  // ---- For the leader. Requires: is_primary(); `now` never goes back.

  [[nodiscard]] Renewal renew(LeaseId id, Steady now);
  // Whole seconds left; 0 when it ended and is not revoked yet, where etcd counts below zero.
  // Nothing for an unknown lease.
  [[nodiscard]] std::optional<std::int64_t> remaining(LeaseId id, Steady now) const;
  // Handles up to `timers_max` timers that rang. A lease is asked to be revoked once, and again if
  // it still is there after kRetryAfter.
  [[nodiscard]] Due poll(Steady now, std::size_t timers_max);
  // The revoke was not proposed: poll() asks again.
  void revoke_failed(LeaseId id);
  // All leases by their ends, as etcd lists them; equal ones by id.
  [[nodiscard]] std::vector<LeaseId> list() const;

  // ---- What was applied to the book. Nothing happens unless primary.

  void granted(LeaseId id, Steady now);
  void revoking(LeaseId id);  // called before the book forgets it
  void checkpointed(LeaseId id);

  void dump(std::ostream& out) const;

 private:
  using Slot = Book::Slot;
  struct Lifetime {
    Steady end{};
    bool is_being_revoked = false;
  };

  void start(Slot slot, Steady end);
  void rang(Slot slot, Steady now, Due& due);
  void ask_to_revoke(Slot slot, Steady now, Due& due);
  void take_overdue(Steady now, Due& due);
  [[nodiscard]] bool is_overdue(Slot slot, Steady now) const;
  [[nodiscard]] Steady next_checkpoint(Slot slot) const;
  void arm(Slot slot, Steady at);
  void arm_no_later(Slot slot);

  const Book& book_;
  TimekeeperOptions options_;
  bool is_primary_ = false;
  TimerWheel wheel_;
  std::vector<Lifetime> lifetimes_;
  std::deque<Slot> overdue_;  // by their ends; may name leases that are gone since
  std::size_t in_flight_ = 0;
};

}  // namespace quorate::lease
