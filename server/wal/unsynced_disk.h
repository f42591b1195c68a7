// A disk that does not wait: what is written becomes durable when the kernel likes. For
// --unsafe-no-fsync: the log survives the process, not the machine.
#pragma once

#include <utility>

#include "server/wal/disk.h"

namespace quorate::wal {

class UnsyncedDisk final : public Disk {
 public:
  explicit UnsyncedDisk(Disk& disk) : disk_{disk} {}

  Result<std::unique_ptr<DiskFile>> open(const std::filesystem::path& path,
                                         Access access) override {
    auto file = disk_.open(path, access);
    if (!file) return file.error();
    return std::unique_ptr<DiskFile>{std::make_unique<File>(std::move(*file))};
  }
  Result<std::vector<DirItem>> list(const std::filesystem::path& dir) override {
    return disk_.list(dir);
  }
  Status make_dir(const std::filesystem::path& dir) override { return disk_.make_dir(dir); }
  Status rename(const std::filesystem::path& from, const std::filesystem::path& to) override {
    return disk_.rename(from, to);
  }
  Status remove(const std::filesystem::path& path) override { return disk_.remove(path); }
  Status sync_dir(const std::filesystem::path&) override { return {}; }
  Result<std::unique_ptr<DiskLock>> lock(const std::filesystem::path& path) override {
    return disk_.lock(path);
  }

 private:
  class File final : public DiskFile {
   public:
    explicit File(std::unique_ptr<DiskFile> file) : file_{std::move(file)} {}
    Result<std::size_t> read(std::uint64_t offset, std::span<char> into) override {
      return file_->read(offset, into);
    }
    Status write(std::uint64_t offset, std::string_view bytes) override {
      return file_->write(offset, bytes);
    }
    Status sync() override { return {}; }

   private:
    std::unique_ptr<DiskFile> file_;
  };

  Disk& disk_;
};

}  // namespace quorate::wal
