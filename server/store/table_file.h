// The table on disk: SQLite, written behind by one thread and read by others.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/executor.h"
#include "common/log.h"
#include "server/replica/maintenance_port.h"
#include "server/replica/ports.h"

namespace quorate::store {

struct Options {
  std::string path;         // of the SQLite file; its -wal and -shm lie beside it
  std::size_t readers = 1;  // threads, each with a connection of its own
  bool syncs = true;        // false: --unsafe-no-fsync
  // The write-ahead file is copied into the table once it has grown so far.
  std::size_t checkpoint_bytes = 16 << 20;
};

// What a file said when it was opened.
struct Loaded {
  std::vector<replica::AreaChange> areas;  // every small table's content; values always set
  Index applied;                           // 0 in a new file
  Term term;
};

// Home: state thread. What it does happens on threads of its own.
class TableFile final : public replica::TablePort, public replica::MaintenancePort {
 public:
  // Opens or creates. Throws std::runtime_error with a sentence when the file cannot be used.
  TableFile(const Options& options, Executor& home, Log log);
  ~TableFile() override;  // finishes what was asked, then checkpoints

  // For start-up, before anything is written: the small tables, then all rows, without values;
  // those of each key in order.
  [[nodiscard]] Loaded load();
  void load_rows(const std::function<void(const mvcc::Row&)>& take);
  [[nodiscard]] replica::TableSize size();

  // Called on the state home whenever more has become durable.
  void on_checkpoint(std::function<void(const replica::TableWritten&)> callback);

  // Called on the state home once for every transaction, before its batches' callbacks.
  void on_commit(std::function<void(const replica::TableWritten&)> callback);

  void write(replica::TableBatch batch,
             Callback<void(const replica::TableWritten&)> written) override;
  void read(std::vector<RowNumber> rows, RowsRead done) override;
  void scan(const replica::HistoryPart& part, RowsRead done) override;
  void locate(Revision main, Callback<void(Result<RowNumber>)> done) override;

  [[nodiscard]] std::unique_ptr<replica::SnapshotStream> open_snapshot() override;
  void defragment() override;
  [[nodiscard]] bool is_defragmenting() const;
  // Called on the state home with what it took, each time one was finished.
  void on_snapshot(std::function<void(std::chrono::nanoseconds)> callback);
  void on_defragmented(std::function<void(std::chrono::nanoseconds)> callback);

  // Time passed (about a second). An idle file gets its checkpoint and gives back empty pages.
  void tick();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace quorate::store
