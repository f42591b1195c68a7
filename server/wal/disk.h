// The few file operations the log stands on, as an interface: the machine's files (posix_disk.h),
// or in tests a disk that forgets what was not synced, tears writes and fails.
//
// What the log takes for granted about a disk:
//   - A sector of 512 bytes changes as a whole: after a power cut it holds the old or the new
//   bytes.
//   - What was written before a sync that succeeded stays; what was not synced may be there or not,
//     sector by sector, in any order.
//   - A directory entry (a new file, a rename, a removal) stays once its directory was synced;
//   before
//     that a rename has happened or not, but never half.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"

namespace quorate::wal {

// An open file; closed by its destructor. Home: one thread at a time.
class DiskFile {
 public:
  virtual ~DiskFile() = default;
  // Fills `into` from `offset` on; fewer bytes only where the file ends.
  virtual Result<std::size_t> read(std::uint64_t offset, std::span<char> into) = 0;
  // Writes all of `bytes`; the file grows when they reach past its end.
  virtual Status write(std::uint64_t offset, std::string_view bytes) = 0;
  // Makes what was written durable: content and size, as fdatasync does.
  virtual Status sync() = 0;
};

// Held while the object lives.
class DiskLock {
 public:
  virtual ~DiskLock() = default;
};

struct DirItem {
  std::string name;
  std::uint64_t bytes = 0;
  bool is_file = true;  // a regular one
};

// Errors carry the operation, the path and the system's reason. Code::not_found: no such file or
// directory; resource_exhausted: the disk is full; everything else: unavailable.
class Disk {
 public:
  enum class Access : std::uint8_t { read, read_write, create };  // create: a new and empty file

  virtual ~Disk() = default;
  virtual Result<std::unique_ptr<DiskFile>> open(const std::filesystem::path& path,
                                                 Access access) = 0;
  virtual Result<std::vector<DirItem>> list(const std::filesystem::path& dir) = 0;  // by name
  // Fine when it exists. The parent has to exist.
  virtual Status make_dir(const std::filesystem::path& dir) = 0;
  virtual Status rename(const std::filesystem::path& from, const std::filesystem::path& to) = 0;
  virtual Status remove(const std::filesystem::path& path) = 0;
  // Makes the directory's entries durable.
  virtual Status sync_dir(const std::filesystem::path& dir) = 0;
  // Creates the file if it is missing. Code::failed_precondition: somebody else holds it.
  virtual Result<std::unique_ptr<DiskLock>> lock(const std::filesystem::path& path) = 0;
};

}  // namespace quorate::wal
