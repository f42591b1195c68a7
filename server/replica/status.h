// What a replica tells of itself.
#pragma once

#include <array>
#include <bit>
#include <chrono>
#include <cstddef>
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

// How many granted leases were to live no longer than 1, 2, 4, ... seconds, and the rest.
struct TtlCounts {
  std::array<std::uint64_t, 25> counts{};
  std::uint64_t sum = 0;  // seconds

  // Requires: seconds > 0.
  void add(std::int64_t seconds) {
    const auto bucket = static_cast<std::size_t>(std::bit_width(std::uint64_t(seconds) - 1));
    ++counts[bucket < counts.size() ? bucket : counts.size() - 1];
    sum += static_cast<std::uint64_t>(seconds);
  }
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
  std::uint64_t leases_granted = 0;
  std::uint64_t leases_revoked = 0;  // expired ones too
  std::uint64_t leases_renewed = 0;
  std::uint64_t leases_expired = 0;
  TtlCounts lease_ttls;
  std::chrono::seconds last_compaction{0};  // since 1970
};

}  // namespace quorate::replica
