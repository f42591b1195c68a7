// Prints a log for people and grep.
#pragma once

#include <filesystem>
#include <iosfwd>

#include "server/wal/disk.h"

namespace quorate::wal {

enum class Payload : std::uint8_t { hint, hex };  // hex: after the hint, every byte

// One line a record, and one for each entry of a batch:
//
//   00000001.wal 512 entry crc=ok term=2 index=7 bytes=34 put key="a" value=3B
//
// The number is the offset of the record's group. `index` of a hard state is its commit index, of a
// head the last entry before the segment. Ids are hexadecimal, as etcdctl prints them. Reads only:
// the log may be in use; then what was just written may look like damage. Errors: Code::data_loss
// after everything up to the damage was printed.
Status dump_log(Disk& disk, const std::filesystem::path& dir, Payload payload, std::ostream& out);

}  // namespace quorate::wal
