// Copying the write-ahead file into the table without the disk being busy for long at a time.
#pragma once

#include <chrono>

#include "server/store/sqlite.h"

namespace quorate::store {

// SQLite's own checkpoint makes megabytes durable in one go, and the log's next write waits for all
// of them: 40 to 75 ms were measured. Here the kernel writes them slice by slice first, with pauses
// in which others get the disk; the syncs that follow find little left. That ends after
// `time_to_spread`, since a writer that is slower than its work would hold up everybody.
//
// What it keeps of SQLite's order (https://sqlite.org/wal.html): the write-ahead file is durable
// before a page of the table changes, and the table is durable before a commit may write over the
// write-ahead file, because the one writer of the file does nothing else meanwhile.
//
// Returns true when nothing was left behind for readers: then everything committed so far is
// durable. Requires: `database` is the file's only writer. Home: its thread, which it holds up.
bool checkpoint_gently(Database& database, std::chrono::nanoseconds time_to_spread);

}  // namespace quorate::store
