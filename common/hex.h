// Ids as etcd prints them: lower case hexadecimal without leading zeros.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/id.h"
#include "common/result.h"

namespace quorate {

[[nodiscard]] std::string to_hex(std::uint64_t number);

template <class Tag>
[[nodiscard]] std::string to_hex(Id<Tag, std::uint64_t> id) {
  return to_hex(id.value());
}

// 1 to 16 hexadecimal digits of either case; leading zeros are fine.
Result<std::uint64_t> parse_hex(std::string_view text);

}  // namespace quorate
