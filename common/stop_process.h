// The end of the road: something outside failed in a way after which going on could lose data.
#pragma once

#include <string_view>

namespace quorate {

// Prints one sentence as a fatal log line and aborts, without running destructors. For disk
// failures and damaged records; broken invariants use ENSURE.
[[noreturn]] void stop_process(std::string_view sentence);

}  // namespace quorate
