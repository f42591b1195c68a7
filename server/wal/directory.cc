#include "server/wal/directory.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <optional>
#include <string_view>

namespace quorate::wal {
namespace {

constexpr std::string_view kSuffix = ".wal";
constexpr std::size_t kDigits = 8;

std::optional<std::uint32_t> sequence_of(const std::string& name) {
  std::uint32_t sequence = 0;
  const auto* end = name.data() + std::min(name.size(), kDigits);
  if (std::from_chars(name.data(), end, sequence, 16).ptr != end) return std::nullopt;
  if (sequence == 0 || name != segment_name(sequence)) return std::nullopt;
  return sequence;
}

std::optional<unsigned> slot_of(const std::string& name) {
  for (unsigned slot = 0; slot < kSpareSlots; ++slot) {
    if (name == spare_name(slot)) return slot;
  }
  return std::nullopt;
}

}  // namespace

std::string segment_name(std::uint32_t sequence) {
  char digits[kDigits + 1];
  std::snprintf(digits, sizeof digits, "%08x", sequence);
  return digits + std::string{kSuffix};
}

std::string spare_name(unsigned slot) {
  return "spare-" + std::to_string(slot);
}

std::filesystem::path lock_path(const std::filesystem::path& dir) {
  return dir / "LOCK";
}

Result<Directory> read_directory(Disk& disk, const std::filesystem::path& dir) {
  auto items = disk.list(dir);
  if (!items) return items.error();
  Directory found;
  for (const auto& item : *items) {
    const auto sequence = item.is_file ? sequence_of(item.name) : std::nullopt;
    const auto slot = item.is_file ? slot_of(item.name) : std::nullopt;
    if (sequence) {
      found.segments.push_back({*sequence, item.bytes});
    } else if (slot) {
      found.spares.push_back({*slot, item.bytes});
    } else if (item.name != lock_path(dir).filename()) {
      found.ignored.push_back(item.name);
    }
  }
  for (std::size_t i = 1; i < found.segments.size(); ++i) {
    const auto missing = found.segments[i - 1].sequence + 1;
    if (found.segments[i].sequence == missing) continue;
    return Error{Code::data_loss, "log segment " + (dir / segment_name(missing)).string() +
                                      " is missing: there are older and newer ones"};
  }
  return found;
}

}  // namespace quorate::wal
