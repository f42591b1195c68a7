// Numbers in arguments, with Go's words for those that are none.
#pragma once

#include <cstdint>
#include <string_view>

#include "common/result.h"

namespace quorate::ctl {

// strconv.ParseInt(text, base, 64): a sign is allowed, a prefix like 0x is not. Errors:
//   strconv.ParseInt: parsing "abc": invalid syntax
//   strconv.ParseInt: parsing "99999999999999999999": value out of range
Result<std::int64_t> parse_int(std::string_view text, int base);
Result<std::uint64_t> parse_uint(std::string_view text, int base);  // no sign

}  // namespace quorate::ctl
