// What a log says, as values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/id.h"
#include "server/raft/types.h"

namespace quorate::wal {

// Whose log it is; written once, checked by the server at every start.
struct Identity {
  ClusterId cluster;
  MemberId member;

  friend bool operator==(const Identity&, const Identity&) = default;
};

// What an existing log says.
struct Contents {
  Identity identity;
  raft::HardState hard_state;
  // The newest one recorded that the log still holds; index 0 if none. One older than what was
  // released may be gone: the store has it.
  raft::SnapshotMeta snapshot;
  Index start_index;                       // the entry before entries.front()
  Term start_term;                         // and its term
  std::vector<raft::Entry> entries;        // all that the log still holds
  std::uint64_t torn_bytes = 0;            // cut from the end: a write the crash interrupted
  std::vector<std::string> ignored_files;  // in the directory, but not the log's
};

}  // namespace quorate::wal
