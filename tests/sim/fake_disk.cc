#include "tests/sim/fake_disk.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace quorate::sim {
namespace {

constexpr std::uint64_t kSectorBytes = 512;

Error failure(const std::string& what) {
  return {Code::unavailable, what + ": Input/output error"};
}

}  // namespace

class FakeDisk::File final : public wal::DiskFile {
 public:
  File(FakeDisk& disk, std::string path, std::shared_ptr<Inode> inode)
      : disk_{disk}, path_{std::move(path)}, inode_{std::move(inode)}, epoch_{disk.epoch_} {}

  Result<std::size_t> read(std::uint64_t offset, std::span<char> into) override {
    if (auto begun = begin("read"); !begun) return begun.error();
    const auto& bytes = inode_->now;
    if (offset >= bytes.size()) return std::size_t{0};
    const auto count = std::min<std::size_t>(into.size(), bytes.size() - offset);
    std::memcpy(into.data(), bytes.data() + offset, count);
    return count;
  }
  Status write(std::uint64_t offset, std::string_view bytes) override {
    if (auto begun = begin("write"); !begun) {
      if (is_alive()) disk_.write_sectors(*inode_, offset, bytes, true);
      return begun;
    }
    return disk_.write(*inode_, offset, bytes);
  }
  Status sync() override {
    ++disk_.syncs_;
    if (auto begun = begin("sync"); !begun) {
      if (is_alive()) disk_.lose_unsynced(*inode_);
      return begun;
    }
    return disk_.sync(*inode_);
  }

 private:
  [[nodiscard]] bool is_alive() const { return epoch_ == disk_.epoch_; }
  Status begin(const std::string& operation) {
    if (!is_alive()) return failure(operation + " through a file of before");
    return disk_.begin(operation + " " + path_);
  }

  FakeDisk& disk_;
  std::string path_;
  std::shared_ptr<Inode> inode_;  // shared with the directory: a removed file stays open
  std::uint64_t epoch_;
};

class FakeDisk::Lock final : public wal::DiskLock {
 public:
  Lock(FakeDisk& disk, std::string path)
      : disk_{disk}, path_{std::move(path)}, epoch_{disk.epoch_} {}
  ~Lock() override {
    if (epoch_ == disk_.epoch_) disk_.locked_.erase(path_);
  }

 private:
  FakeDisk& disk_;
  std::string path_;
  std::uint64_t epoch_;
};

Status FakeDisk::begin(const std::string& operation) {
  ++operations_;
  if (trace) trace(operation);
  if (fail_at_ == 0 || operations_ < fail_at_) return {};
  if (operations_ > fail_at_ && failing_ == Failing::once) return {};
  return failure(operation);
}

void FakeDisk::fail_at(std::uint64_t n, Failing failing) {
  fail_at_ = operations_ + n;
  failing_ = failing;
}

// ---- Directories

void FakeDisk::change(const std::filesystem::path& path, std::function<void(Entries&)> apply) {
  apply(entries_);
  changes_.push_back({path.parent_path().string(), std::move(apply)});
}

Result<std::unique_ptr<wal::DiskFile>> FakeDisk::open(const std::filesystem::path& path,
                                                      Access access) {
  const auto name = path.string();
  if (auto begun = begin("open " + name); !begun) return begun.error();
  if (access == Access::create) {
    if (!entries_.contains(path.parent_path().string())) return Error{Code::not_found, name};
    const auto inode = std::make_shared<Inode>();
    change(path, [name, inode](Entries& entries) { entries[name] = inode; });
  }
  const auto found = entries_.find(name);
  if (found == entries_.end() || found->second == nullptr) return Error{Code::not_found, name};
  return std::unique_ptr<wal::DiskFile>{std::make_unique<File>(*this, name, found->second)};
}

Result<std::vector<wal::DirItem>> FakeDisk::list(const std::filesystem::path& dir) {
  if (auto begun = begin("list " + dir.string()); !begun) return begun.error();
  if (!entries_.contains(dir.string())) return Error{Code::not_found, dir.string()};
  std::vector<wal::DirItem> items;
  for (const auto& [name, inode] : entries_) {
    const std::filesystem::path path{name};
    if (path.parent_path() != dir || path == dir) continue;
    items.push_back({.name = path.filename().string(),
                     .bytes = inode == nullptr ? 0 : inode->now.size(),
                     .is_file = inode != nullptr});
  }
  return items;
}

Status FakeDisk::make_dir(const std::filesystem::path& dir) {
  const auto name = dir.string();
  if (auto begun = begin("make_dir " + name); !begun) return begun;
  if (entries_.contains(name)) return {};
  if (!entries_.contains(dir.parent_path().string())) return Error{Code::not_found, name};
  change(dir, [name](Entries& entries) { entries[name] = nullptr; });
  return {};
}

Status FakeDisk::rename(const std::filesystem::path& from, const std::filesystem::path& to) {
  const auto source = from.string();
  const auto target = to.string();
  if (auto begun = begin("rename " + source + " " + target); !begun) return begun;
  if (!entries_.contains(source)) return Error{Code::not_found, source};
  // It is this file that moves, whatever happened of the changes before.
  change(from, [source, target, inode = entries_.at(source)](Entries& entries) {
    entries.erase(source);
    entries[target] = inode;
  });
  return {};
}

Status FakeDisk::remove(const std::filesystem::path& path) {
  const auto name = path.string();
  if (auto begun = begin("remove " + name); !begun) return begun;
  if (!entries_.contains(name)) return Error{Code::not_found, name};
  change(path, [name](Entries& entries) { entries.erase(name); });
  return {};
}

Status FakeDisk::sync_dir(const std::filesystem::path& dir) {
  ++syncs_;
  if (auto begun = begin("sync_dir " + dir.string()); !begun) return begun;
  std::erase_if(changes_, [&](const Change& change) {
    if (change.dir != dir.string()) return false;
    change.apply(durable_entries_);
    return true;
  });
  return {};
}

Result<std::unique_ptr<wal::DiskLock>> FakeDisk::lock(const std::filesystem::path& path) {
  const auto name = path.string();
  if (auto begun = begin("lock " + name); !begun) return begun.error();
  if (!entries_.contains(name)) {
    const auto inode = std::make_shared<Inode>();
    change(path, [name, inode](Entries& entries) { entries[name] = inode; });
  }
  if (!locked_.insert(name).second) return Error{Code::failed_precondition, name + " is locked"};
  return std::unique_ptr<wal::DiskLock>{std::make_unique<Lock>(*this, name)};
}

// ---- Files

std::uint64_t FakeDisk::used() const {
  std::uint64_t total = 0;
  for (const auto& [name, inode] : entries_) total += inode == nullptr ? 0 : inode->now.size();
  return total;
}

Status FakeDisk::write(Inode& inode, std::uint64_t offset, std::string_view bytes) {
  const auto end = offset + bytes.size();
  if (end > inode.now.size() && used() + (end - inode.now.size()) > capacity_) {
    return Error{Code::resource_exhausted, "writing: No space left on device"};
  }
  write_sectors(inode, offset, bytes, false);
  return {};
}

void FakeDisk::write_sectors(Inode& inode, std::uint64_t offset, std::string_view bytes,
                             bool in_part) {
  while (!bytes.empty()) {
    const auto sector = offset / kSectorBytes;
    const auto count = std::min<std::size_t>(bytes.size(), (sector + 1) * kSectorBytes - offset);
    if (!in_part || rng_.chance(1, 2)) {
      if (inode.now.size() < offset + count) inode.now.resize(offset + count, '\0');
      std::memcpy(inode.now.data() + offset, bytes.data(), count);
      inode.dirty.insert(sector);
    }
    offset += count;
    bytes.remove_prefix(count);
  }
}

namespace {

void copy_sector(const std::string& from, std::string& to, std::uint64_t sector) {
  const auto begin = sector * kSectorBytes;
  if (begin >= from.size()) return;
  const auto count = std::min<std::size_t>(kSectorBytes, from.size() - begin);
  if (to.size() < begin + count) to.resize(begin + count, '\0');
  std::memcpy(to.data() + begin, from.data() + begin, count);
}

}  // namespace

Status FakeDisk::sync(Inode& inode) {
  inode.durable.resize(inode.now.size(), '\0');
  for (const auto sector : inode.dirty) copy_sector(inode.now, inode.durable, sector);
  inode.dirty.clear();
  return {};
}

// Sometimes all or nothing, so that these are not as rare as a coin for each sector makes them.
void FakeDisk::lose_unsynced(Inode& inode) {
  const auto mood = rng_.below(4);
  for (const auto sector : inode.dirty) {
    const bool stays = mood == 0 || (mood != 1 && rng_.chance(1, 2));
    if (stays) copy_sector(inode.now, inode.durable, sector);
  }
  inode.dirty.clear();
}

void FakeDisk::cut_power() {
  ++epoch_;
  locked_.clear();
  for (const auto& change : std::exchange(changes_, {})) {
    if (rng_.chance(1, 2)) change.apply(durable_entries_);
  }
  entries_ = durable_entries_;
  for (auto& [name, inode] : entries_) {
    if (inode == nullptr) continue;
    lose_unsynced(*inode);
    inode->now = inode->durable;
  }
  // What is in a directory that was lost is lost.
  std::erase_if(entries_, [&](const auto& entry) {
    return entry.first != "/" &&
           !entries_.contains(std::filesystem::path{entry.first}.parent_path().string());
  });
  durable_entries_ = entries_;
}

void FakeDisk::end_process() {
  ++epoch_;
  locked_.clear();
}

std::string FakeDisk::bytes(const std::string& path) const {
  return entries_.at(path)->now;
}

void FakeDisk::put(const std::string& path, std::string bytes) {
  auto inode = std::make_shared<Inode>();
  inode->now = bytes;
  inode->durable = std::move(bytes);
  entries_[path] = inode;
  durable_entries_[path] = inode;
}

void FakeDisk::forget(const std::string& path) {
  entries_.erase(path);
  durable_entries_.erase(path);
}

}  // namespace quorate::sim
