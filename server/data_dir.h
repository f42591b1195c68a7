// What a member has on its disk, opened or made new:
//
//   <data-dir>/LOCK                held for as long as the server runs
//   <data-dir>/member/table.db     the store (SQLite), with -wal and -shm beside it
//   <data-dir>/member/wal/         the log, unless --wal-dir says otherwise
#pragma once

#include <functional>
#include <memory>

#include "common/clock.h"
#include "common/executor.h"
#include "common/log.h"
#include "server/config/config.h"
#include "server/replica/replica.h"
#include "server/store/table_file.h"
#include "server/wal/posix_disk.h"
#include "server/wal/wal.h"

namespace quorate {

// The opened files and what they said.
struct DataDir {
  std::unique_ptr<wal::PosixDisk> disk;
  std::unique_ptr<wal::DiskLock> lock;
  std::unique_ptr<store::TableFile> table;
  std::unique_ptr<wal::Wal> wal;
  wal::Identity identity;
  replica::Restored restored;
  // Of a new cluster: what its log begins with. To be appended, and durable before anything else
  // happens.
  raft::Persist bootstrap;
  std::vector<replica::AreaChange> access;  // users and roles
  Revision compacted{-1};                   // finished or under way
  Revision compacting{-1};                  // under way when the process ended; -1 = none
  bool is_new = false;
};

// Throws std::runtime_error with a sentence that says what to do; what was there is untouched then.
[[nodiscard]] DataDir open_data_dir(const config::Config& config, Executor& home,
                                    const Clock& clock, const Log& log);

}  // namespace quorate
