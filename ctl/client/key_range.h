// Ends of key ranges as requests name them.
#pragma once

#include <string>

namespace quorate::ctl {

// "To the end of all keys", as a range_end.
inline const std::string kOpenRangeEnd(1, '\0');

// The first key behind all that begin with `prefix`: its last byte below 0xff counted up and the
// rest cut off. kOpenRangeEnd when there is none.
[[nodiscard]] inline std::string prefix_end(std::string prefix) {
  while (!prefix.empty()) {
    const auto last = static_cast<unsigned char>(prefix.back());
    if (last < 0xff) {
      prefix.back() = static_cast<char>(last + 1);
      return prefix;
    }
    prefix.pop_back();
  }
  return kOpenRangeEnd;
}

}  // namespace quorate::ctl
