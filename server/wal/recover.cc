#include "server/wal/recover.h"

#include <utility>
#include <vector>

#include "server/wal/log_reader.h"
#include "server/wal/replay.h"
#include "server/wal/tail.h"

namespace quorate::wal {
namespace {

// Reads to the end of the log and returns where that is.
Result<TailExtent> read_all(LogReader& reader, Recovered& into) {
  Replay replay;
  TailExtent extent;
  while (true) {
    auto next = reader.next();
    if (!next) return next.error();
    if (!*next) break;
    auto& group = **next;
    extent.last_group = group.offset;
    if (group.offset == 0) {
      into.start.segments.push_back({.sequence = reader.segment().sequence,
                                     .bytes = reader.segment().bytes,
                                     .last_before = reader.segment_reader().head().end.last_index});
    }
    auto applied = replay.apply(std::move(group.records));
    if (!applied) return reader.segment_reader().damage(group.offset, applied.error().message);
  }
  extent.end = reader.segment_reader().offset();
  extent.torn_bytes = reader.torn_bytes();
  into.start.end = replay.end();
  into.contents = replay.take();
  return extent;
}

// What was read may not have been synced: by a log that did not care (Sync::off).
Status sync_all(Disk& disk, const std::filesystem::path& dir,
                const std::vector<SegmentFile>& segments) {
  for (const auto& segment : segments) {
    auto file = disk.open(dir / segment_name(segment.sequence), Disk::Access::read);
    if (!file) return file.error();
    if (auto synced = (*file)->sync(); !synced) return synced;
  }
  return disk.sync_dir(dir);
}

}  // namespace

Result<Recovered> recover(Disk& disk, const std::filesystem::path& dir) {
  auto reader = LogReader::open(disk, dir);
  if (!reader) return reader.error();
  Recovered recovered;
  auto& [start, contents] = recovered;
  const auto extent = read_all(*reader, recovered);
  if (!extent) return extent.error();

  auto tail = settle_tail(disk, dir / segment_name(reader->segment().sequence), *extent);
  if (!tail) return tail.error();
  const auto& directory = reader->directory();
  if (auto synced = sync_all(disk, dir, directory.segments); !synced) return synced.error();

  contents.torn_bytes = extent->torn_bytes;
  contents.ignored_files = directory.ignored;
  start.identity = contents.identity;
  start.start_index = contents.start_index;
  start.spares = directory.spares;
  start.file = std::move(tail->file);
  start.offset = extent->end;
  start.chain = reader->segment_reader().chain();
  start.page = std::move(tail->page);
  return recovered;
}

}  // namespace quorate::wal
