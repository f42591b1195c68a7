#include "tests/raft/durable_log.h"

#include "common/ensure.h"

namespace quorate::raft::testing {

void DurableLog::write(const Persist& persist) {
  if (persist.hard_state) {
    ENSURE(persist.hard_state->term >= hard_state.term);
    hard_state = *persist.hard_state;
  }
  if (persist.snapshot) {
    snapshot = persist.snapshot;
    entries.clear();
    start_index = snapshot->index;
    start_term = snapshot->term;
  }
  if (persist.entries.empty()) return;
  const Index first = persist.entries.front().index;
  ENSURE(first > start_index);
  ENSURE(first <= last_index().next());
  entries.resize(first.value() - start_index.value() - 1);
  entries.insert(entries.end(), persist.entries.begin(), persist.entries.end());
}

void DurableLog::release(Index index) {
  if (index <= start_index) return;
  start_term = *term_of(index);
  entries.erase(entries.begin(),
                entries.begin() + static_cast<std::ptrdiff_t>(index.value() - start_index.value()));
  start_index = index;
}

std::optional<Term> DurableLog::term_of(Index index) const {
  if (index == start_index) return start_term;
  if (index < start_index || index > last_index()) return std::nullopt;
  return entries[index.value() - start_index.value() - 1].term;
}

Restored DurableLog::restored(Index applied, const ConfState& conf) const {
  return {hard_state, start_index, start_term, entries, applied, conf};
}

}  // namespace quorate::raft::testing
