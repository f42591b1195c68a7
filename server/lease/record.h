// A lease as it is stored, in our table and in etcd's snapshot files alike:
//
//   key    the id, 8 bytes big-endian, two's complement
//   value  leasepb.Lease { 1 ID, 2 TTL, 3 RemainingTTL }, zeros left out
//
// The keys attached to a lease are not stored with it: their rows name the lease.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/id.h"
#include "common/result.h"

namespace quorate::lease {

struct Record {
  LeaseId id;
  std::int64_t ttl = 0;        // seconds granted
  std::int64_t remaining = 0;  // seconds left at the last checkpoint; 0 = none taken

  friend bool operator==(const Record&, const Record&) = default;
};

// The longest TTL etcd grants: in nanoseconds it just fits into 63 bits.
inline constexpr std::int64_t kTtlMax = 9'000'000'000;

// Puts a value, or takes the key away.
struct RecordChange {
  std::string key;
  std::optional<std::string> value;

  friend bool operator==(const RecordChange&, const RecordChange&) = default;
};

[[nodiscard]] RecordChange stored(const Record& record);
[[nodiscard]] RecordChange removed(LeaseId id);

// From bytes nobody vouches for. An error when they are no lease, when key and value name different
// ones, or when the times are longer than any that can be granted.
[[nodiscard]] Result<Record> parse_record(std::string_view key, std::string_view value);

}  // namespace quorate::lease
