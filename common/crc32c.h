// CRC-32C (Castagnoli, RFC 3720 appendix B.4): the checksum of log records, HashKV and snapshots.
#pragma once

#include <cstdint>
#include <string_view>

namespace quorate {

// Extends `crc` (0 to begin with) by `bytes`: crc32c(crc32c(0, a), b) == crc32c(0, ab).
[[nodiscard]] std::uint32_t crc32c(std::uint32_t crc, std::string_view bytes);

}  // namespace quorate
