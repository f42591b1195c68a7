// Makes a log's contents from its records, in order, and refuses what no log can say.
#pragma once

#include "server/wal/contents.h"
#include "server/wal/format.h"

namespace quorate::wal {

// Errors are sentences about the group at hand, without its place; Code::data_loss.
class Replay {
 public:
  Status apply(std::vector<Record> records);

  // The newest state said so far.
  [[nodiscard]] LogEnd end() const;
  // Requires: a head was applied.
  [[nodiscard]] Contents take() { return std::move(contents_); }

 private:
  Status apply(const Head& head);
  Status apply(EntryRun& run);
  Status apply(const raft::HardState& state);
  Status apply(raft::SnapshotMeta& snapshot);

  bool is_begun_ = false;
  bool starts_at_snapshot_ = false;  // otherwise where the segments before were dropped
  Contents contents_;
};

}  // namespace quorate::wal
