// The log on disk: what consensus must not forget, made durable in batches.
//
// Home: the public methods belong to the state thread; writing and syncing happen on a thread of
// the log's own, which takes all that waits as one write and one fdatasync (group commit).
//
//   append -> wal thread: waits while a group is written -> encode, write, sync -> home: durable
//
// format.h draws the bytes and says what a crash can leave of them.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <memory>
#include <string_view>

#include "common/callback.h"
#include "common/clock.h"
#include "common/executor.h"
#include "common/home.h"
#include "common/log.h"
#include "common/result.h"
#include "common/stop_process.h"
#include "server/raft/node.h"
#include "server/wal/contents.h"
#include "server/wal/disk.h"

namespace quorate::wal {

enum class Sync : std::uint8_t { on, off };  // off: --unsafe-no-fsync

struct Options {
  std::filesystem::path dir;
  std::uint64_t segment_bytes_max = 64'000'000;  // more only for a batch that does not fit
  // A log that never grew takes less: the first segment has this size and each new one twice the
  // one before, up to the maximum.
  std::uint64_t segment_bytes_first = 256 * 1024;
  Sync sync = Sync::on;
};

// What a log stands on. Everything outlives it.
struct Surroundings {
  Disk& disk;
  Executor& home;
  const Clock& clock;  // for WriteStats
  Log log = {};
  // Where writing happens; null = a thread of the log's own. For simulations, which run what was
  // posted there, or after a crash drop it.
  Executor* worker = nullptr;
  // Called with a sentence when a write or sync failed. Where it returns, which only a simulation
  // lets it do, the log does nothing from then on.
  std::function<void(std::string_view)> stop = stop_process;
};

// What a write cost, for metrics. Batches that share one write tell it once: the first says how
// many they are and what it cost, for the others everything is 0.
struct WriteStats {
  std::uint32_t appends = 0;
  std::uint64_t bytes = 0;
  std::chrono::nanoseconds write_time{};
  std::chrono::nanoseconds sync_time{};
};

class Wal {
 public:
  // True when `dir` holds a log, or something that keeps us from seeing: open() tells what.
  static bool exists(Disk& disk, const std::filesystem::path& dir);
  // A new log in an empty or missing directory whose parent exists; durable when this returns.
  // Files that are not the log's are left alone. Code::already_exists: there is a log.
  static Result<std::unique_ptr<Wal>> create(const Surroundings& around, const Options& options,
                                             const Identity& identity);
  struct Opened;
  // Reads everything, cuts a torn tail, refuses damage with file and offset (Code::data_loss).
  // Everything it returns is durable. Code::not_found: no log; failed_precondition: it is in use.
  static Result<Opened> open(const Surroundings& around, const Options& options);

  // With a thread of its own: waits until everything appended is durable; the completions are
  // posted by then.
  ~Wal();

  // Appends as one unit: after a crash all of it is there or nothing. `durable` runs on the home
  // once it and everything before it is on the disk; in the order of the calls. A write or sync
  // that fails stops the process: what the disk holds is then unknown.
  // Requires: the entries follow each other and what the log has (or the snapshot in the batch);
  // those that rewrite an index come after everything released.
  void append(raft::Persist batch, Callback<void(const WriteStats&)> durable);

  // The store durably holds everything up to `index`: segments with nothing after it are recycled.
  // Requires: the log holds it durably too (raft hands out nothing else to apply).
  void release(Index index);

  // What the segments take, as of the last write; spares included.
  [[nodiscard]] std::uint64_t disk_bytes() const;

  void dump(std::ostream& out) const;

 private:
  struct State;
  explicit Wal(std::shared_ptr<State> state);

  mutable Home home_;
  std::shared_ptr<State> state_;  // shared with what was posted to the wal thread
};

struct Wal::Opened {
  std::unique_ptr<Wal> wal;
  Contents contents;
};

}  // namespace quorate::wal
