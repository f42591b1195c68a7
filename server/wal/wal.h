// The log on disk: what consensus must not forget, made durable in batches.
//
// Home: the public methods belong to the state thread; writing and syncing happen on a thread of
// the log's own, which takes all that waits as one write and one fdatasync (group commit).
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "common/callback.h"
#include "common/executor.h"
#include "common/id.h"
#include "common/result.h"
#include "server/raft/node.h"
#include "server/wal/disk.h"

namespace quorate::wal {

// Whose log it is; written once, checked by the server at every start.
struct Identity {
  ClusterId cluster;
  MemberId member;

  friend bool operator==(const Identity&, const Identity&) = default;
};

enum class Sync : std::uint8_t { on, off };  // off: --unsafe-no-fsync

struct Options {
  std::filesystem::path dir;
  std::uint64_t segment_bytes_max = 64'000'000;
  // A log that never grew takes less: the first segment starts at this size and each new one
  // doubles up to the maximum.
  std::uint64_t segment_bytes_first = 256 * 1024;
  Sync sync = Sync::on;
};

// What an existing log says.
struct Contents {
  Identity identity;
  raft::HardState hard_state;
  raft::SnapshotMeta snapshot;       // the newest one recorded; index 0 if none
  Index start_index;                 // the entry before entries.front()
  Term start_term;                   // and its term
  std::vector<raft::Entry> entries;  // all that the log still holds
  std::uint64_t torn_bytes = 0;      // cut from the end: a write the crash interrupted
};

// What a write cost, for metrics.
struct WriteStats {
  std::uint64_t bytes = 0;
  std::chrono::nanoseconds write_time{};
  std::chrono::nanoseconds sync_time{};
};

class Wal {
 public:
  // True when `dir` holds a log.
  static bool exists(Disk& disk, const std::filesystem::path& dir);
  // A new log in an empty or missing directory, durable when this returns.
  static Result<std::unique_ptr<Wal>> create(Disk& disk, const Options& options,
                                             const Identity& identity, Executor& home);
  struct Opened;
  // Reads everything, cuts a torn tail, refuses damage in the middle with file and offset.
  static Result<Opened> open(Disk& disk, const Options& options, Executor& home);

  ~Wal();  // waits for the writes under way

  // Appends as one unit. `durable` runs on `home` once it and everything before it is on the disk;
  // writes complete in order. A write or sync that fails stops the process: what the disk holds is
  // then unknown.
  void append(raft::Persist batch, Callback<void(const WriteStats&)> durable);

  // The store durably holds everything up to `index`: segments with nothing after it are recycled.
  void release(Index index);

  [[nodiscard]] std::uint64_t disk_bytes() const;

 private:
  struct State;
  explicit Wal(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

struct Wal::Opened {
  std::unique_ptr<Wal> wal;
  Contents contents;
};

}  // namespace quorate::wal
