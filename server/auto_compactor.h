// Compacts the history on its own, as --auto-compaction-mode and --auto-compaction-retention say.
#pragma once

#include <memory>

#include "common/clock.h"
#include "common/log.h"
#include "server/config/storage_config.h"
#include "server/replica/auto_compaction.h"
#include "server/replica/replica.h"

namespace quorate {

// Home: state thread.
class AutoCompactor {
 public:
  // Replica and clock outlive it.
  AutoCompactor(const config::CompactionConfig& config, replica::Replica& replica,
                const Clock& clock, Log log);

  void tick();  // some times a second

 private:
  void compact(Revision at);
  void done(Revision at, const Result<replica::Applied>& result);

  replica::Replica& replica_;
  Log log_;
  std::string mode_;
  std::unique_ptr<replica::AutoCompaction> policy_;  // null: off
  bool is_running_ = false;
};

}  // namespace quorate
