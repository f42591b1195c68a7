// What a member's disk holds of its log: the writes that were synced, one after the other.
#pragma once

#include <optional>
#include <vector>

#include "server/raft/node.h"

namespace quorate::raft::testing {

struct DurableLog {
  HardState hard_state;
  Index start_index;  // the entry before the first one kept
  Term start_term;
  std::vector<Entry> entries;
  std::optional<SnapshotMeta> snapshot;  // the newest one received

  // Requires: the write fits to what is here (no gaps, no entry older than the one before it).
  void write(const Persist& persist);
  // Forgets entries up to here. Requires: it is held, or already forgotten.
  void release(Index index);

  [[nodiscard]] Index last_index() const { return Index{start_index.value() + entries.size()}; }
  [[nodiscard]] std::optional<Term> term_of(Index index) const;
  // As it is found at a start, by a state machine that came this far.
  [[nodiscard]] Restored restored(Index applied, const ConfState& conf) const;
};

}  // namespace quorate::raft::testing
