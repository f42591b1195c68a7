#include "server/wal/tail.h"

#include <algorithm>

#include "server/wal/group_builder.h"

namespace quorate::wal {
namespace {

constexpr std::uint64_t kPieceBytes = std::uint64_t{256} << 10;

Status overwrite_with_zeros(DiskFile& file, std::uint64_t from, std::uint64_t to) {
  const std::string zeros(std::min(kPieceBytes, to - from), '\0');
  while (from < to) {
    const auto count = std::min<std::uint64_t>(zeros.size(), to - from);
    if (auto written = file.write(from, {zeros.data(), count}); !written) return written;
    from += count;
  }
  return {};
}

// Requires: the file holds the range.
Result<std::string> read_range(DiskFile& file, std::uint64_t from, std::uint64_t to) {
  std::string bytes(to - from, '\0');
  auto got = file.read(from, bytes);
  if (!got) return got.error();
  if (*got < bytes.size()) return Error{Code::data_loss, "the log became shorter while read"};
  return bytes;
}

Status write_again(DiskFile& file, std::uint64_t from, std::uint64_t to) {
  while (from < to) {
    const auto piece_end = std::min(to, from + kPieceBytes);
    auto bytes = read_range(file, from, piece_end);
    if (!bytes) return bytes.error();
    if (auto written = file.write(from, *bytes); !written) return written;
    from = piece_end;
  }
  return {};
}

}  // namespace

Result<Tail> settle_tail(Disk& disk, const std::filesystem::path& segment,
                         const TailExtent& extent) {
  auto file = disk.open(segment, Disk::Access::read_write);
  if (!file) return file.error();
  auto& opened = **file;
  const auto torn_end = extent.end + extent.torn_bytes;
  if (auto done = overwrite_with_zeros(opened, extent.end, torn_end); !done) return done.error();
  if (auto done = write_again(opened, extent.last_group, extent.end); !done) return done.error();
  if (auto synced = opened.sync(); !synced) return synced.error();
  auto page = read_range(opened, extent.end / kPageBytes * kPageBytes, extent.end);
  if (!page) return page.error();
  return Tail{.file = std::move(*file), .page = std::move(*page)};
}

}  // namespace quorate::wal
