#include "server/wal/spares.h"

#include <algorithm>
#include <string>

#include "common/ensure.h"

namespace quorate::wal {
namespace {

// Written and synced in half a millisecond here: how long an append may wait for it.
constexpr std::uint64_t kSliceBytes = std::uint64_t{256} << 10;

}  // namespace

Spares::Spares(Disk& disk, std::filesystem::path dir, std::vector<SpareFile> found)
    : disk_{disk}, dir_{std::move(dir)}, ready_{std::move(found)} {}

std::filesystem::path Spares::path(const SpareFile& spare) const {
  return dir_ / spare_name(spare.slot);
}

bool Spares::has(std::uint64_t bytes) const {
  return std::any_of(ready_.begin(), ready_.end(),
                     [&](const SpareFile& spare) { return spare.bytes >= bytes; });
}

std::optional<unsigned> Spares::free_slot() const {
  for (unsigned slot = 0; slot < kSpareSlots; ++slot) {
    const auto holds = [&](const SpareFile& spare) { return spare.slot == slot; };
    if (growing_ && holds(growing_->spare)) continue;
    if (std::none_of(ready_.begin(), ready_.end(), holds)) return slot;
  }
  return std::nullopt;
}

Status Spares::remove_smaller(std::uint64_t bytes) {
  for (std::size_t i = 0; i < ready_.size();) {
    if (ready_[i].bytes >= bytes) {
      ++i;
      continue;
    }
    const auto gone = path(ready_[i]);
    ready_.erase(ready_.begin() + static_cast<std::ptrdiff_t>(i));
    if (auto removed = disk_.remove(gone); !removed) return removed;
  }
  return {};
}

Status Spares::begin_growing() {
  const auto slot = free_slot();
  ENSURE(slot.has_value());
  Growing growing{
      .spare = {.slot = *slot}, .file = nullptr, .zeros = std::string(kSliceBytes, '\0')};
  auto file = disk_.open(path(growing.spare), Disk::Access::create);
  if (!file) return file.error();
  growing.file = std::move(*file);
  growing_ = std::move(growing);
  return {};
}

Status Spares::grow(std::uint64_t bytes) {
  auto& spare = growing_->spare;
  const auto count = std::min(bytes - spare.bytes, kSliceBytes);
  const auto slice = std::string_view{growing_->zeros}.substr(0, count);
  if (auto written = growing_->file->write(spare.bytes, slice); !written) return written;
  spare.bytes += count;
  return growing_->file->sync();
}

Result<bool> Spares::prepare(std::uint64_t bytes) {
  if (has(bytes)) return true;
  if (!growing_) {
    if (auto removed = remove_smaller(bytes); !removed) return removed.error();
    if (auto begun = begin_growing(); !begun) return begun.error();
  }
  if (growing_->spare.bytes < bytes) {
    if (auto grown = grow(bytes); !grown) {
      // The part that was written takes room others may need now.
      const auto partial = path(growing_->spare);
      growing_.reset();
      if (auto removed = disk_.remove(partial); !removed) return removed.error();
      return grown.error();
    }
  }
  if (growing_->spare.bytes < bytes) return false;
  ready_.push_back(growing_->spare);
  growing_.reset();
  return true;
}

Result<Spares::Taken> Spares::take(std::uint64_t bytes) {
  while (!has(bytes)) {
    if (auto prepared = prepare(bytes); !prepared) return prepared.error();
  }
  const auto chosen = std::find_if(ready_.begin(), ready_.end(),
                                   [&](const SpareFile& spare) { return spare.bytes >= bytes; });
  auto file = disk_.open(path(*chosen), Disk::Access::read_write);
  if (!file) return file.error();
  Taken taken{.path = path(*chosen), .bytes = chosen->bytes, .file = std::move(*file)};
  ready_.erase(chosen);
  return taken;
}

Status Spares::recycle(const std::filesystem::path& segment, std::uint64_t bytes,
                       std::uint64_t bytes_wanted) {
  const auto slot = free_slot();
  if (slot && bytes >= bytes_wanted && bytes < 2 * bytes_wanted) {
    const SpareFile spare{.slot = *slot, .bytes = bytes};
    if (auto renamed = disk_.rename(segment, path(spare)); !renamed) return renamed;
    ready_.push_back(spare);
  } else if (auto removed = disk_.remove(segment); !removed) {
    return removed;
  }
  return disk_.sync_dir(dir_);
}

std::uint64_t Spares::disk_bytes() const {
  std::uint64_t total = growing_ ? growing_->spare.bytes : 0;
  for (const auto& spare : ready_) total += spare.bytes;
  return total;
}

}  // namespace quorate::wal
