// What a replica is made of, and what it finds when it starts.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "server/auth/store.h"
#include "server/auth/token_provider.h"
#include "server/lease/record.h"
#include "server/membership/downgrade.h"
#include "server/membership/members.h"
#include "server/raft/node.h"
#include "server/replica/alarms.h"
#include "server/replica/ports.h"

namespace quorate::replica {

struct Config {
  MemberId id;
  ClusterId cluster;
  std::string name;                      // published once the member runs
  std::vector<std::string> client_urls;  // likewise
  std::string api_version;               // "3.5.0": what the cluster version is set to
  raft::Config raft;
  bool strict_reconfig_check = true;         // no change of members that could cost the quorum
  std::size_t learners_max = 1;              // the same on all members
  std::uint32_t request_timeout_ticks = 70;  // 5 s and two elections
  std::uint32_t read_retry_ticks = 5;        // 500 ms
  std::size_t request_bytes_max = 1'572'864;
  std::size_t cache_bytes_max = 16 << 20;
  std::int64_t quota_bytes = std::int64_t{2} << 30;  // negative: none
  std::int64_t lease_ttl_min = 2;                    // lease::shortest_ttl of the timing
  std::chrono::milliseconds election_timeout{1000};  // added to every lease when a leader begins
  std::chrono::seconds lease_checkpoint_interval{300};
  std::chrono::nanoseconds watch_progress_interval = std::chrono::minutes{10};
  std::uint64_t catchup_entries = 5000;    // kept in memory for followers that lag
  std::uint64_t apply_backlog_max = 5000;  // committed, not applied; beyond: too many requests
  // Rows not yet in the file; likewise. From three quarters of it on, writes wait.
  std::size_t unflushed_bytes_max = 256 << 20;
};

struct Ports {
  LogPort& log;
  TablePort& table;
  PeerPort& peers;
  TaskPort& tasks;
  auth::TokenProvider& tokens;
  auth::Store::PasswordHash hash_password;
};

// What the disk held.
struct Restored {
  raft::Restored raft;
  membership::Members members;
  std::string cluster_version;  // empty: undecided
  membership::Downgrade downgrade;
  std::vector<lease::Record> leases;
  std::vector<Alarm> alarms;
};

}  // namespace quorate::replica
