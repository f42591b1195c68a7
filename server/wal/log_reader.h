// Reads a log over all its segments and checks that they belong together.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "server/wal/segment_reader.h"

namespace quorate::wal {

// Reads forward and changes nothing; after an error it is of no more use. Errors as in
// SegmentReader.
class LogReader {
 public:
  // Code::not_found: the directory holds no segment.
  static Result<LogReader> open(Disk& disk, const std::filesystem::path& dir);

  // Heads included. Nothing at the end of the log.
  Result<std::optional<Group>> next();

  // The segment the last group came from.
  [[nodiscard]] const SegmentFile& segment() const { return directory_.segments[current_]; }
  [[nodiscard]] bool is_newest_segment() const {
    return current_ + 1 == directory_.segments.size();
  }
  [[nodiscard]] const Directory& directory() const { return directory_; }
  [[nodiscard]] const SegmentReader& segment_reader() const { return reader_; }
  // At the end of the log: as SegmentReader::torn_bytes.
  [[nodiscard]] std::uint64_t torn_bytes() const { return torn_bytes_; }

 private:
  LogReader(Disk& disk, std::filesystem::path dir, Directory directory, SegmentReader first)
      : disk_{&disk},
        dir_{std::move(dir)},
        directory_{std::move(directory)},
        reader_{std::move(first)} {}
  Status next_segment();

  Disk* disk_;
  std::filesystem::path dir_;
  Directory directory_;
  std::size_t current_ = 0;
  SegmentReader reader_;
  std::uint64_t torn_bytes_ = 0;
};

}  // namespace quorate::wal
