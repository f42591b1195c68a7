// What start-up asks the machine.
#pragma once

#include <cstdint>
#include <string>

#include "common/result.h"

namespace quorate::config {

// The address of the interface that the default route goes out of, IPv4 if there is one.
// Error: there is no default route.
Result<std::string> default_host();

// How many files and sockets the process may have open (RLIMIT_NOFILE).
[[nodiscard]] std::uint64_t file_descriptors_max();

}  // namespace quorate::config
