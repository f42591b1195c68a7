// From the files of a log to its contents and a writer that can go on.
#pragma once

#include <filesystem>

#include "server/wal/contents.h"
#include "server/wal/disk.h"
#include "server/wal/writer.h"

namespace quorate::wal {

struct Recovered {
  Writer::Start start;
  Contents contents;
};

// Reads and checks all segments, settles the tail and makes all that was read durable. Errors as
// in Wal::open; nothing was changed when the log is damaged.
Result<Recovered> recover(Disk& disk, const std::filesystem::path& dir);

}  // namespace quorate::wal
