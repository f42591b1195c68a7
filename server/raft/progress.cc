#include "server/raft/progress.h"

#include <algorithm>

#include "common/ensure.h"

namespace quorate::raft {

Progress::Progress(Index match, Index next, std::size_t inflight_messages_max)
    : match_{match}, next_{next}, inflights_{inflight_messages_max} {
  ENSURE(match < next);
}

bool Progress::lacks_commit(Index commit) const {
  return commit > sent_commit_ && sent_commit_ < next_.prev();
}

void Progress::enter(ProgressState state, Index next) {
  state_ = state;
  next_ = next;
  pending_snapshot_ = Index{0};
  is_flow_paused_ = false;
  inflights_.clear();
}

void Progress::become_probe() {
  // After a snapshot the log is probed right behind it, in the hope that it arrived.
  enter(ProgressState::probe, std::max(match_, pending_snapshot_).next());
  sent_commit_ = std::min(sent_commit_, next_.prev());
}

void Progress::become_replicate() {
  enter(ProgressState::replicate, match_.next());
}

void Progress::become_snapshot(Index snapshot_index) {
  ENSURE(snapshot_index > match_);
  enter(ProgressState::snapshot, snapshot_index.next());
  pending_snapshot_ = snapshot_index;
  sent_commit_ = snapshot_index;
}

void Progress::sent_entries(std::size_t count) {
  ENSURE(state_ != ProgressState::snapshot);
  if (state_ == ProgressState::probe) {
    // Without entries an append is a question that may be asked again.
    if (count > 0) is_flow_paused_ = true;
    return;
  }
  if (count > 0) {
    next_ = Index{next_.value() + count};
    inflights_.add(next_.prev());
  }
  is_flow_paused_ = inflights_.is_full();
}

bool Progress::acknowledged(Index index) {
  if (index <= match_) return false;
  match_ = index;
  next_ = std::max(next_, index.next());
  is_flow_paused_ = false;
  return true;
}

bool Progress::rejected(Index rejected, Index hint) {
  switch (state_) {
    case ProgressState::snapshot:
      return false;
    case ProgressState::replicate:
      if (rejected <= match_) return false;
      next_ = match_.next();
      break;
    case ProgressState::probe:
      // Probes go one at a time: an answer to any but the last one is late.
      if (rejected != next_.prev()) return false;
      next_ = std::max(std::min(rejected, hint.next()), match_.next());
      is_flow_paused_ = false;
      break;
  }
  sent_commit_ = std::min(sent_commit_, next_.prev());
  return true;
}

void Progress::snapshot_reported(bool arrived) {
  if (state_ != ProgressState::snapshot) return;
  if (!arrived) pending_snapshot_ = match_;
  become_probe();
  // If it arrived its acknowledgement is on the way; if not, the next heartbeat is soon enough.
  is_flow_paused_ = true;
}

}  // namespace quorate::raft
