// A disk in memory that behaves as badly as a real one may: it forgets what was not synced, sector
// by sector and in any order, tears writes, fails, fills up.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/rng.h"
#include "server/wal/disk.h"

namespace quorate::sim {

// Home: one thread at a time. Paths are absolute; "/" exists. Outlives its files.
class FakeDisk final : public wal::Disk {
 public:
  explicit FakeDisk(Rng rng) : rng_{rng} {}

  Result<std::unique_ptr<wal::DiskFile>> open(const std::filesystem::path& path,
                                              Access access) override;
  Result<std::vector<wal::DirItem>> list(const std::filesystem::path& dir) override;
  Status make_dir(const std::filesystem::path& dir) override;
  Status rename(const std::filesystem::path& from, const std::filesystem::path& to) override;
  Status remove(const std::filesystem::path& path) override;
  Status sync_dir(const std::filesystem::path& dir) override;
  Result<std::unique_ptr<wal::DiskLock>> lock(const std::filesystem::path& path) override;

  // ---- Faults

  enum class Failing : std::uint8_t { once, from_then_on };
  // The n-th operation from now on fails (1 = the next one). A write that fails has happened in
  // part; a sync that fails has made some sectors durable and forgets that the others were not, as
  // Linux does.
  void fail_at(std::uint64_t n, Failing failing);
  void stop_failing() { fail_at_ = 0; }
  void set_capacity(std::uint64_t bytes) { capacity_ = bytes; }

  // The power fails and comes back: of what was not synced, any part is there. Open files and locks
  // are dead.
  void cut_power();
  // The process ends and another one begins: nothing is forgotten; open files and locks are dead.
  void end_process();

  // ---- Looking and meddling, past all faults

  [[nodiscard]] std::uint64_t operations() const { return operations_; }  // asked for so far
  [[nodiscard]] std::uint64_t syncs() const { return syncs_; }  // of files and directories
  [[nodiscard]] bool has(const std::string& path) const { return entries_.contains(path); }
  [[nodiscard]] std::string bytes(const std::string& path) const;
  // Creates the file or replaces what is in it, durably.
  void put(const std::string& path, std::string bytes);
  // Removes it, durably.
  void forget(const std::string& path);
  // The operations asked for, one line each, if tracing: "sync /wal/00000001.wal".
  std::function<void(const std::string&)> trace;

 private:
  struct Inode {
    std::string now;      // what a reader sees
    std::string durable;  // what a power cut leaves, but for the dirty sectors
    std::set<std::uint64_t> dirty;
  };
  using Entries = std::map<std::string, std::shared_ptr<Inode>>;  // null: a directory
  // A change of a directory that was not synced yet.
  struct Change {
    std::string dir;
    std::function<void(Entries&)> apply;
  };
  class File;
  class Lock;

  // Counts the operation; an error if it has to fail.
  Status begin(const std::string& operation);
  void change(const std::filesystem::path& path, std::function<void(Entries&)> apply);
  Status write(Inode& inode, std::uint64_t offset, std::string_view bytes);
  Status sync(Inode& inode);
  void write_sectors(Inode& inode, std::uint64_t offset, std::string_view bytes, bool in_part);
  void lose_unsynced(Inode& inode);
  [[nodiscard]] std::uint64_t used() const;

  Rng rng_;
  std::uint64_t operations_ = 0;
  std::uint64_t syncs_ = 0;
  std::uint64_t fail_at_ = 0;  // 0 = never
  Failing failing_ = Failing::once;
  std::uint64_t capacity_ = ~std::uint64_t{0};
  std::uint64_t epoch_ = 0;  // files and locks of an earlier one are dead
  Entries entries_{{"/", nullptr}};
  Entries durable_entries_{{"/", nullptr}};
  std::vector<Change> changes_;
  std::set<std::string> locked_;
};

}  // namespace quorate::sim
