// What a replica tells of itself.
#pragma once

#include <chrono>
#include <cstdint>

#include "server/raft/node.h"

namespace quorate::replica {

struct RaftStatus {
  MemberId leader;
  MemberId vote;
  Term term;
  Index commit;
  Index applied;
  raft::Role role = raft::Role::follower;
};

// What happened so far, for metrics.
struct Counters {
  std::uint64_t puts = 0;
  std::uint64_t deletes = 0;  // keys deleted
  std::uint64_t txns = 0;
  std::uint64_t put_bytes = 0;
  std::uint64_t leader_changes = 0;
  std::uint64_t proposals_failed = 0;
  std::uint64_t rows_compacted = 0;
  std::chrono::seconds last_compaction{0};  // since 1970
};

}  // namespace quorate::replica
