#include "server/raft/inflights.h"

#include "common/ensure.h"

namespace quorate::raft {

void Inflights::add(Index last_index) {
  ENSURE(!is_full());
  ENSURE(last_indexes_.empty() || last_indexes_.back() < last_index);
  last_indexes_.push_back(last_index);
}

void Inflights::free_to(Index index) {
  while (!last_indexes_.empty() && last_indexes_.front() <= index) last_indexes_.pop_front();
}

}  // namespace quorate::raft
