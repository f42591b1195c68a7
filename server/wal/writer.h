// The writing half of an open log: groups, segments and their recycling.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "common/clock.h"
#include "server/wal/group_builder.h"
#include "server/wal/spares.h"
#include "server/wal/wal.h"

namespace quorate::wal {

// Home: wal thread (until the log is open: the opener's). After an error from write() or
// recycle_oldest() what the disk holds is unknown: the writer must not be used again.
class Writer {
 public:
  // A segment of the log, and the last entry of the segments before it.
  struct Segment {
    std::uint32_t sequence = 0;
    std::uint64_t bytes = 0;
    Index last_before;
  };
  // What opening found; no segments in a new log.
  struct Start {
    Identity identity;
    LogEnd end;
    Index start_index;             // nothing up to here is ever rewritten
    std::deque<Segment> segments;  // oldest first
    std::vector<SpareFile> spares;
    // Where the newest segment goes on.
    std::unique_ptr<DiskFile> file;
    std::uint64_t offset = 0;
    std::uint32_t chain = 0;
    std::string page;  // its sectors from the beginning of the page to `offset`
  };

  Writer(Disk& disk, const Clock& clock, const Options& options, Start start);

  // Makes a new segment, durable when this returns. A log begins so.
  Status begin_segment() { return begin_segment(0); }
  // Writes the batches as one group, durable when this returns.
  Result<WriteStats> write(std::span<const raft::Persist* const> batches);
  // From now on segments without entries after `index` are of no more use.
  void release(Index index);
  [[nodiscard]] bool has_useless_segment() const;
  // Recycles the oldest segment, durably: so what is left is a log, whenever this ends.
  // Requires: has_useless_segment().
  Status recycle_oldest();

  // The next segment will soon be needed, and there is no spare for it.
  [[nodiscard]] bool wants_spare() const;
  // A slice of the work for one. An error harms nothing, and wants_spare() is false until the next
  // segment begins, which tries again.
  Status prepare_spare();

  [[nodiscard]] std::uint64_t disk_bytes() const;

 private:
  Status begin_segment(std::uint64_t group_bytes);
  [[nodiscard]] std::uint64_t next_segment_bytes() const;
  void follow(const raft::Persist& batch);

  Disk& disk_;
  const Clock& clock_;
  Options options_;
  Identity identity_;
  LogEnd end_;  // after everything written
  Index released_;
  Index floor_;  // nothing up to here is ever rewritten: it was released, or is in the snapshot
  std::deque<Segment> segments_;
  Spares spares_;
  std::unique_ptr<DiskFile> file_;  // the newest segment's
  std::uint64_t offset_;            // where its next group begins
  std::uint32_t chain_;
  std::string page_;
  GroupBuilder builder_;
  std::uint32_t spare_failed_in_ = 0;  // segment
};

}  // namespace quorate::wal
