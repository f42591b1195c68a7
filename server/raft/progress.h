// How far one follower's log is, as its leader knows it, and what may be sent to it.
//
//                 acknowledged an append
//        probe ----------------------------> replicate
//        ^ ^ |                                 |
//        | | +-- its entries are compacted --+ | rejected, unreachable
//        | |                                 | |
//        | +---------------------------------|-+
//        |   sent, or failed                 v
//        +------------------------------ snapshot ---- acknowledged an index we still hold ---+
//                                                                                replicate <--+
// probe: one append at a time, to find where the logs agree; replicate: many in flight, without
// waiting; snapshot: nothing, until the state has arrived.
#pragma once

#include <cstddef>
#include <cstdint>

#include "server/raft/inflights.h"
#include "server/raft/types.h"

namespace quorate::raft {

class Progress {
 public:
  Progress(Index match, Index next, std::size_t inflight_messages_max);

  [[nodiscard]] ProgressState state() const { return state_; }
  // The follower's log agrees with ours up to here, durably.
  [[nodiscard]] Index match() const { return match_; }
  // The next entry to send; everything between match and it is under way. Always above match.
  [[nodiscard]] Index next() const { return next_; }
  [[nodiscard]] std::size_t inflight_count() const { return inflights_.count(); }
  [[nodiscard]] bool is_window_full() const { return inflights_.is_full(); }
  // No append may be sent until something is heard.
  [[nodiscard]] bool is_paused() const {
    return state_ == ProgressState::snapshot || is_flow_paused_;
  }
  // Something was heard since the last quorum check.
  [[nodiscard]] bool is_recently_active() const { return is_recently_active_; }
  // Telling it this commit index would let it commit more than what was told before does.
  [[nodiscard]] bool lacks_commit(Index commit) const;

  void set_recently_active(bool is_active) { is_recently_active_ = is_active; }
  void become_probe();
  void become_replicate();
  void become_snapshot(Index snapshot_index);

  // An append with so many entries, from next() on, has been sent. Requires: not in snapshot.
  void sent_entries(std::size_t count);
  void sent_commit(Index commit) { sent_commit_ = commit; }
  // The follower holds everything up to here; false when that is old news.
  bool acknowledged(Index index);
  // The follower has no match at `rejected` and proposes `hint`; false when that is old news.
  bool rejected(Index rejected, Index hint);
  // It is alive: one more append may be tried.
  void heard_heartbeat() { is_flow_paused_ = false; }
  void snapshot_reported(bool arrived);
  void free_inflights(Index index) { inflights_.free_to(index); }

 private:
  void enter(ProgressState state, Index next);

  ProgressState state_ = ProgressState::probe;
  Index match_;
  Index next_;
  Index sent_commit_;       // the highest commit index it was told, for what that is worth
  Index pending_snapshot_;  // the one under way, in state snapshot
  bool is_flow_paused_ = false;
  bool is_recently_active_ = false;
  Inflights inflights_;
};

}  // namespace quorate::raft
