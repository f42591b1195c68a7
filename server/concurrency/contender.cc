#include "server/concurrency/contender.h"

#include <utility>

namespace quorate::concurrency {
namespace {

Error session_expired() {
  return {Code::unknown, "mutex: session is expired"};
}

}  // namespace

Next Contender::begin() {
  if (contest_.lease != LeaseId{}) return take_place();
  state_ = State::granting;
  return GrantLease{};
}

Next Contender::granted(const Result<LeaseId>& lease) {
  if (state_ == State::left) return Idle{};
  if (!lease) return lose(lease.error());
  contest_.lease = *lease;
  return take_place();
}

Next Contender::take_place() {
  state_ = State::placing;
  place_.key = queue_key(contest_.name, contest_.lease);
  return TakePlace{place_.key, contest_.lease};
}

Next Contender::placed(const Result<Placed>& placed) {
  if (!placed) return lose(placed.error());
  place_.created = placed->created;
  placed_at_ = placed->revision;
  // Whoever left in the meantime cannot know of the key. One that was there before is somebody
  // else's: of another call with the same lease.
  if (state_ == State::left) {
    state_ = State::over;
    if (placed->created != placed->revision) return Idle{};
    return Withdraw{place_};
  }
  state_ = State::waiting;
  return LookAhead{place_.created};
}

Next Contender::looked(const Ahead& ahead) {
  if (state_ != State::waiting) return Idle{};
  if (ahead.place) {
    has_waited_ = true;
    return AwaitDeletion{ahead.place->key, ahead.revision};
  }
  // The answer to a candidate is as old as its key; that to a lock tells when it was free.
  if (contest_.prize == Prize::leadership || !has_waited_) return win(placed_at_);
  if (!ahead.is_own_there) return lose(session_expired());
  return win(ahead.revision);
}

Next Contender::deleted() {
  if (state_ != State::waiting) return Idle{};
  return LookAhead{place_.created};
}

Next Contender::failed(const Error& error) {
  if (state_ != State::waiting) return Idle{};
  state_ = State::over;
  return Lost{error, place_};
}

Next Contender::leave() {
  switch (state_) {
    case State::waiting:
      state_ = State::over;
      return Withdraw{place_};
    case State::granting:
    case State::placing:
      state_ = State::left;
      return Idle{};
    case State::new_:
    case State::left:
    case State::over:
      break;
  }
  return Idle{};
}

Next Contender::win(Revision revision) {
  state_ = State::over;
  return Won{place_, contest_.lease, revision};
}

Next Contender::lose(const Error& error) {
  const bool is_heard = state_ != State::left;
  state_ = State::over;
  if (!is_heard) return Idle{};
  return Lost{error, {}};
}

}  // namespace quorate::concurrency
