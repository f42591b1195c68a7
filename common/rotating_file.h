// A log file that is put aside when it is full: etcd.log becomes etcd-2026-01-02T15-04-05.123.log
// and a new etcd.log begins. Old ones go when there are too many or they are too old. The names
// and the rules are those of lumberjack, which etcd uses.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <spdlog/sinks/sink.h>

#include "common/clock.h"
#include "common/result.h"

namespace quorate {

struct RotationLimits {
  std::uint64_t bytes_max = std::uint64_t{100} << 20;  // of one file; a longer line has its own
  std::uint64_t backups_max = 0;                       // 0 = all are kept
  std::chrono::hours age_max{0};                       // 0 = for ever
  bool is_local_time = false;                          // in the names of old files; else UTC
};

// Requires: `clock` outlives the sink. Error: the file cannot be opened.
Result<std::shared_ptr<spdlog::sinks::sink>> make_rotating_file(const std::string& path,
                                                                const RotationLimits& limits,
                                                                const Clock& clock);

}  // namespace quorate
