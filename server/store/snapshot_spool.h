// A snapshot on its way to a client: written to a file as fast as the disk takes it, then given out
// as slowly as the client reads. The table's past is held only while the file is written, or the
// write-ahead file could not be reused for as long as a client cares to wait.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <string>

#include "common/boltfile/trailer.h"
#include "common/executor.h"
#include "common/worker_thread.h"
#include "server/replica/maintenance_port.h"
#include "server/store/unnamed_file.h"

namespace quorate::store {

// Home: the state thread; the work is done on a thread of its own.
class SnapshotSpool final : public replica::SnapshotStream {
 public:
  // The spooled file lies beside the table, without a name. A disk without room for it is refused
  // before anything is written.
  // `done` hears, on `home`, how long all of it took.
  using Done = std::function<void(std::chrono::nanoseconds took)>;
  SnapshotSpool(std::string table_path, Executor& home, Done done);
  ~SnapshotSpool() override;

  void next(Callback<void(Result<Piece>)> done) override;

 private:
  // ---- The thread's side
  [[nodiscard]] Status spool();
  [[nodiscard]] Result<Piece> read_piece();

  std::string table_path_;
  Executor& home_;
  Done done_;
  std::atomic<bool> is_dropped_ = false;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();

  UnnamedFile file_;
  std::uint64_t size_ = 0;  // of the image
  std::uint64_t given_ = 0;
  boltfile::Sha256 hash_;
  bool has_trailer_ = true;          // still to be given
  WorkerThread thread_{"snapshot"};  // last: ends before what it works on
};

}  // namespace quorate::store
