// SQLite's files seen from below: every change of them can be looked at and made to fail.
#pragma once

#include <cstdint>
#include <functional>

namespace quorate::store::testing {

enum class FileChange : std::uint8_t { write, sync, truncate };

// Databases opened while this lives go through it. One at a time; for one thread.
class WatchedFiles {
 public:
  // Called before each change, which fails when the answer is false.
  using Watcher = std::function<bool(FileChange)>;
  explicit WatchedFiles(Watcher watcher);
  ~WatchedFiles();
  WatchedFiles(const WatchedFiles&) = delete;
  WatchedFiles& operator=(const WatchedFiles&) = delete;
};

}  // namespace quorate::store::testing
