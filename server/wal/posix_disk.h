// The machine's files.
#pragma once

#include "server/wal/disk.h"

namespace quorate::wal {

// Files are made with mode 0600, directories 0700, descriptors close on exec. Home: any thread.
class PosixDisk final : public Disk {
 public:
  Result<std::unique_ptr<DiskFile>> open(const std::filesystem::path& path, Access access) override;
  Result<std::vector<DirItem>> list(const std::filesystem::path& dir) override;
  Status make_dir(const std::filesystem::path& dir) override;
  Status rename(const std::filesystem::path& from, const std::filesystem::path& to) override;
  Status remove(const std::filesystem::path& path) override;
  Status sync_dir(const std::filesystem::path& dir) override;
  // flock(2): gone with the process, however that ends.
  Result<std::unique_ptr<DiskLock>> lock(const std::filesystem::path& path) override;
};

}  // namespace quorate::wal
