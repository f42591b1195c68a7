// What is kept on disk and in memory, for how long, and what is checked about it.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace quorate::config {

struct StorageConfig {
  // Bytes of the store at which writes are refused; after load() never 0, negative = no quota.
  std::int64_t quota_backend_bytes = 0;
  std::uint64_t max_snapshots = 5;  // files kept, 0 = all
  std::uint64_t max_wals = 5;
  // Rows are written to the table when this much time has passed or as many operations wait.
  std::chrono::nanoseconds backend_batch_interval{0};  // 0 until load() has made it 100 ms
  std::int64_t backend_batch_limit = 0;                // 0 until load() has made it 10000
  std::string backend_bbolt_freelist_type = "map";     // etcd's; nothing here depends on it
  bool memory_mlock = false;
  std::uint64_t bootstrap_defrag_threshold_megabytes = 0;
  bool unsafe_no_fsync = false;

  std::uint64_t wal_segment_bytes = 64'000'000;  // a file of the log
  std::uint64_t value_cache_bytes = std::uint64_t{16} << 20;
  std::uint64_t reader_threads = 0;  // reading the table; 0 = as the machine has processors
};

enum class CompactionMode : std::uint8_t { off, periodic, revision };

struct CompactionConfig {
  std::string mode_name = "periodic";          // --auto-compaction-mode
  std::string retention = "0";                 // --auto-compaction-retention
  std::int64_t batch_limit = 0;                // revisions at once; load() makes 0 1000
  std::chrono::nanoseconds sleep_interval{0};  // between batches; load() makes 0 10 ms

  // Out of mode_name and retention, by load(): off when there is nothing to keep.
  CompactionMode mode = CompactionMode::off;
  std::chrono::nanoseconds period{0};  // periodic: history kept
  std::int64_t revisions = 0;          // revision: revisions kept
};

struct CheckConfig {
  std::chrono::nanoseconds corrupt_check_time{0};  // between checks of the members; 0 = never
  std::chrono::nanoseconds compact_hash_check_time{std::chrono::minutes{1}};
  std::chrono::nanoseconds downgrade_check_time{std::chrono::seconds{5}};
  std::chrono::nanoseconds warning_apply_duration{std::chrono::milliseconds{100}};
  std::chrono::nanoseconds warning_unary_request_duration{std::chrono::milliseconds{300}};
};

}  // namespace quorate::config
