#include "server/store/checkpoint.h"

#include <chrono>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include <sqlite3.h>

namespace quorate::store {
namespace {

constexpr off_t kSliceBytes = 128 * 1024;
// A slice with nothing to write takes a microsecond or two; one that was written rests the disk.
constexpr std::chrono::microseconds kWritten{50};

using Clock = std::chrono::steady_clock;

// Has the kernel write what it holds of a file. Only a hint: the sync that follows counts.
void write_back(const std::string& path, Clock::time_point deadline) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return;
  struct ::stat status {};
  const off_t end = ::fstat(file, &status) == 0 ? status.st_size : 0;
  for (off_t at = 0; at < end; at += kSliceBytes) {
    const auto begun = Clock::now();
    if (begun >= deadline) break;
    const int done = ::sync_file_range(
        file, at, kSliceBytes,
        SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER);
    if (done != 0) break;
    const auto took = Clock::now() - begun;
    if (took > kWritten) std::this_thread::sleep_for(took);
  }
  ::close(file);
}

// `which` is SQLITE_FCNTL_FILE_POINTER or SQLITE_FCNTL_JOURNAL_POINTER.
void sync(Database& database, int which) {
  sqlite3_file* file = nullptr;
  if (sqlite3_file_control(database.handle(), "main", which, &file) != SQLITE_OK) {
    database.refuse();
  }
  if (file == nullptr || file->pMethods == nullptr) return;  // not open: nothing was written
  if (file->pMethods->xSync(file, SQLITE_SYNC_NORMAL) != SQLITE_OK) {
    throw SqliteError{database.path() + ": the disk could not make the table durable"};
  }
}

// SQLite syncs nothing while this lives.
class WithoutSyncs {
 public:
  explicit WithoutSyncs(Database& database) : database_{database} {
    database_.execute("PRAGMA synchronous = OFF");
  }
  ~WithoutSyncs() {
    sqlite3_exec(database_.handle(), "PRAGMA synchronous = NORMAL", nullptr, nullptr, nullptr);
  }
  WithoutSyncs(const WithoutSyncs&) = delete;
  WithoutSyncs& operator=(const WithoutSyncs&) = delete;

 private:
  Database& database_;
};

}  // namespace

bool checkpoint_gently(Database& database, std::chrono::nanoseconds time_to_spread) {
  const auto deadline = Clock::now() + time_to_spread;
  write_back(database.path() + "-wal", deadline);
  sync(database, SQLITE_FCNTL_JOURNAL_POINTER);
  bool is_complete = false;
  {
    const WithoutSyncs pause{database};
    is_complete = database.checkpoint();
  }
  write_back(database.path(), deadline);
  sync(database, SQLITE_FCNTL_FILE_POINTER);
  return is_complete;
}

}  // namespace quorate::store
