// Leases as arguments name them.
#pragma once

#include <cstdint>
#include <string>

#include "ctl/failure.h"

namespace quorate::ctl {

// In hexadecimal, as they are printed.
Outcome<std::int64_t> lease_id(const std::string& text);

}  // namespace quorate::ctl
