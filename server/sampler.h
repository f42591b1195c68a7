// Brings the metrics that mirror a state up to date before they are shown.
#pragma once

#include <string>

#include "server/metrics/metrics.h"
#include "server/replica/replica.h"

namespace quorate {

// Home: state thread.
void sample(const replica::Replica& replica, metrics::Metrics& metrics);

// The JSON object of /debug/vars. Home: state thread.
[[nodiscard]] std::string debug_variables(const replica::Replica& replica);

}  // namespace quorate
