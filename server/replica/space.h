// What a request adds to the store: how the quota is kept.
#pragma once

#include <cstdint>

#include "server/replica/command.h"

namespace quorate::replica {

// About so many bytes, as etcd counts them; 0 for what adds nothing. A transaction costs what its
// dearer branch puts, in transactions within it too.
[[nodiscard]] std::uint64_t space_cost(const Request& request);

// What no member applies while there is an alarm about space.
[[nodiscard]] bool needs_space(const Request& request);

// What no member applies while there is an alarm about damage.
[[nodiscard]] bool needs_soundness(const Request& request);

}  // namespace quorate::replica
