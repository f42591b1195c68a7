// What is in a snapshot file, without a server.
#pragma once

#include <string>

#include "common/result.h"
#include "ctl/output/printer.h"

namespace quorate::ctl {

// Reads and checks all of it; the SHA-256 that `snapshot save` leaves at the end is neither needed
// nor looked at. Errors: "stat F: no such file or directory", "invalid database" when it is
// something else, "snapshot file integrity check failed. ..." when it is damaged.
Result<SnapshotStatus> snapshot_status(const std::string& path);

}  // namespace quorate::ctl
