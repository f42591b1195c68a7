// Makes the end of an existing log sure and ready to be written on.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "server/wal/disk.h"

namespace quorate::wal {

// Of the newest segment; offsets in its file.
struct TailExtent {
  std::uint64_t last_group = 0;  // where the last whole group begins
  std::uint64_t end = 0;         // behind it
  std::uint64_t torn_bytes = 0;  // from there
};

struct Tail {
  std::unique_ptr<DiskFile> file;
  std::string page;  // what stands on the page of `end` before it
};

// Overwrites a torn write with zeros and writes the last group once more, then syncs: the process
// that wrote it may have ended before its sync did, or because it failed, and then what was read
// may so far exist in the kernel's memory alone.
Result<Tail> settle_tail(Disk& disk, const std::filesystem::path& segment,
                         const TailExtent& extent);

}  // namespace quorate::wal
