// The keys and requests of loads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace quorate::bench {

inline constexpr std::string_view kPutMethod = "/etcdserverpb.KV/Put";
inline constexpr std::string_view kTxnMethod = "/etcdserverpb.KV/Txn";
inline constexpr std::string_view kWatchMethod = "/etcdserverpb.Watch/Watch";

// The same keys for the same numbers: digits padded to the length asked for.
[[nodiscard]] std::string padded(std::uint64_t number, std::size_t bytes);

[[nodiscard]] std::string put_request(std::string_view key, std::string_view value,
                                      std::int64_t lease = 0);
// All `puts` are encoded PutRequests.
[[nodiscard]] std::string txn_of(const std::vector<std::string>& puts);

}  // namespace quorate::bench
