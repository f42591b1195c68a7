#include "server/wal/log_reader.h"

namespace quorate::wal {

Result<LogReader> LogReader::open(Disk& disk, const std::filesystem::path& dir) {
  auto directory = read_directory(disk, dir);
  if (!directory) return directory.error();
  if (directory->segments.empty()) {
    return Error{Code::not_found, "there is no log in " + dir.string()};
  }
  auto first = SegmentReader::open(disk, dir, directory->segments.front().sequence);
  if (!first) return first.error();
  return LogReader{disk, dir, std::move(*directory), std::move(*first)};
}

Result<std::optional<Group>> LogReader::next() {
  while (true) {
    auto group = reader_.next();
    if (!group) return group.error();
    if (*group) return group;
    if (is_newest_segment()) {
      auto torn = reader_.torn_bytes();
      if (!torn) return torn.error();
      torn_bytes_ = *torn;
      return std::optional<Group>{};
    }
    if (auto moved = next_segment(); !moved) return moved.error();
  }
}

Status LogReader::next_segment() {
  const auto sequence = directory_.segments[current_ + 1].sequence;
  auto next = SegmentReader::open(*disk_, dir_, sequence);
  if (!next) return next.error();
  if (next->head().chain != reader_.chain()) {
    return reader_.damage(reader_.offset(), "the segment ends there, but " +
                                                segment_name(sequence) +
                                                " does not continue from that point");
  }
  reader_ = std::move(*next);
  ++current_;
  return {};
}

}  // namespace quorate::wal
