// The bytes of a log segment. All numbers are little-endian.
//
// A segment is a file of 512-byte sectors, written before it is used (with zeros, or as an older
// segment). The disk changes a sector as a whole or not at all, so each one says what it is:
//
//    0                                                                   504      512
//   | content                                                           | stamp    |
//
//   stamp: u32 sequence   of the segment that wrote the sector, from 1; also the file's name
//          u24 place      in its group, from 0; the top bit is set in the group's last sector
//          u8  check      the exclusive or of the seven bytes before and 0xa5
//
// A group is what one write carried: some whole sectors, never shared with another group. Their
// contents put together:
//
//   u32 bytes | u32 crc | records, `bytes` in all | zeros up to the end of the last sector
//
//   crc: CRC-32C of `bytes`, records and zeros, continued from the crc of the group before.
//
// A record:  u8 type | u32 bytes | payload
//
//   1 head       "quorate log 1\n" | u32 chain | u64 cluster | u64 member
//                | u64 term | u64 vote | u64 commit | u64 last index | u64 last term
//   2 entries    u64 index of the first | u64 term of all | u32 count
//                | count x (u8 type | u32 bytes | data)
//   3 state      u64 term | u64 vote | u64 commit
//   4 snapshot   u64 index | u64 term | u8 auto leave | 4 x (u32 count | count x u64 member):
//                voters, learners, outgoing voters, next learners. The log starts anew after it.
//
// The first group of a segment is one sector with one record, the head, whose crc continues from
// nothing: a segment can be read from there. The head repeats what the segments before said (hard
// state, last entry) and their last crc (`chain`; 0 in the first segment ever), so that they can
// be dropped, and a missing, exchanged or shortened one is noticed while they are there.
//
// What a crash leaves. A group is one write followed by one sync, the next one is written after
// that sync returned, and a segment gets its name after its head and the segment before were
// synced. So only the last group of the last segment can be torn: any of its sectors may be old,
// which shows: an old sector is all zeros or carries the stamp of an older segment. Therefore
//
//   - a group with all its sectors whose crc is wrong was written whole and is damaged;
//   - a sector of this segment that does not belong to the group at the end of what can be read was
//     written after that group was synced: the group is damaged;
//   - a stamp that is neither this segment's, nor an older one's, nor zero is damaged;
//   - a segment whose crc is not the next one's chain is damaged;
//   - everything else at the end of the last segment is a torn write, which nobody was told of. It
//     is overwritten with zeros, durably, before the log goes on in its place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "common/result.h"
#include "server/raft/node.h"
#include "server/wal/contents.h"

namespace quorate::wal {

inline constexpr std::size_t kSectorBytes = 512;
inline constexpr std::size_t kStampBytes = 8;
inline constexpr std::size_t kContentBytes = kSectorBytes - kStampBytes;
inline constexpr std::size_t kGroupHeadBytes = 8;

struct Stamp {
  std::uint32_t sequence = 0;
  std::uint32_t place = 0;  // below 2^23
  bool is_last = false;

  friend bool operator==(const Stamp&, const Stamp&) = default;
};

void encode_stamp(const Stamp& stamp, char* to);                    // kStampBytes
[[nodiscard]] bool is_blank_stamp(const char* from);                // never written
[[nodiscard]] std::optional<Stamp> decode_stamp(const char* from);  // nothing if unreadable

// The last entry a log holds and the hard state: what a head repeats.
struct LogEnd {
  raft::HardState hard_state;
  Index last_index;
  Term last_term;

  friend bool operator==(const LogEnd&, const LogEnd&) = default;
};

struct Head {
  std::uint32_t chain = 0;
  Identity identity;
  LogEnd end;  // of the segments before

  friend bool operator==(const Head&, const Head&) = default;
};

// Consecutive entries of one term; not empty.
using EntryRun = std::vector<raft::Entry>;
using Record = std::variant<Head, EntryRun, raft::HardState, raft::SnapshotMeta>;

// Where encoded bytes go, piece by piece.
class ByteSink {
 public:
  virtual ~ByteSink() = default;
  virtual void append(std::string_view bytes) = 0;
};

void encode(const Head& head, ByteSink& to);
// A snapshot first, then the entries, then the hard state.
void encode(const raft::Persist& batch, ByteSink& to);
// What encode() will append.
[[nodiscard]] std::uint64_t encoded_bytes(const raft::Persist& batch);

// The records of one group. The bytes are hostile: the error says what is wrong with them.
Result<std::vector<Record>> decode_records(std::string_view bytes);

// How many sectors a group with that many bytes of records takes.
[[nodiscard]] constexpr std::uint64_t group_sectors(std::uint64_t record_bytes) {
  return (kGroupHeadBytes + record_bytes + kContentBytes - 1) / kContentBytes;
}

}  // namespace quorate::wal
