#include "server/raft/pending_writes.h"

#include <algorithm>

#include "common/ensure.h"

namespace quorate::raft {

PendingWrites::PendingWrites(Index durable, const HardState& hard_state)
    : durable_{durable}, hard_state_{hard_state} {}

PersistId PendingWrites::begin(Index last, const std::optional<HardState>& hard_state) {
  writes_.push_back({last, hard_state});
  newest_ = newest_.next();
  return newest_;
}

void PendingWrites::cut_after(Index last) {
  durable_ = std::min(durable_, last);
  for (Write& write : writes_) write.last = std::min(write.last, last);
}

void PendingWrites::complete(PersistId id) {
  ENSURE(id > completed_);
  ENSURE(id <= newest_);
  while (completed_ < id) {
    const Write& write = writes_.front();
    durable_ = std::max(durable_, write.last);
    if (write.hard_state) hard_state_ = *write.hard_state;
    writes_.pop_front();
    completed_ = completed_.next();
  }
}

}  // namespace quorate::raft
