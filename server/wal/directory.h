// The files of a log's directory:
//
//   0000002a.wal   segment 42; the log is all of them, in order, without gaps
//   spare-0        written in advance, or a segment no longer needed: of the spares only the size
//   spare-1        matters
//   LOCK           locked while a log is open
//
// Everything else is somebody else's and never touched.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "server/wal/disk.h"

namespace quorate::wal {

inline constexpr unsigned kSpareSlots = 2;

std::string segment_name(std::uint32_t sequence);
std::string spare_name(unsigned slot);
std::filesystem::path lock_path(const std::filesystem::path& dir);

struct SegmentFile {
  std::uint32_t sequence = 0;
  std::uint64_t bytes = 0;
};

struct SpareFile {
  unsigned slot = 0;
  std::uint64_t bytes = 0;
};

struct Directory {
  std::vector<SegmentFile> segments;  // by sequence
  std::vector<SpareFile> spares;
  std::vector<std::string> ignored;  // names
};

// Code::not_found: there is no such directory. Code::data_loss: a segment is missing.
Result<Directory> read_directory(Disk& disk, const std::filesystem::path& dir);

}  // namespace quorate::wal
