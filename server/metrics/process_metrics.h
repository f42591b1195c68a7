// The process as the kernel sees it (process_*, os_fd_*) and as a Go program would describe itself
// (go_*), for dashboards and tests that expect the latter. Read anew at each scrape.
//
// Where this program has the thing a go_ name means, it gives its value: memory from the heap,
// threads for goroutines. There is no garbage collector: what is about it is 0, and "no memory
// limit" is the largest number, as Go gives it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "server/metrics/registry.h"

namespace quorate::metrics {

void add_process(Registry& registry);

// What /proc/self/stat says (proc(5)).
struct ProcessStat {
  std::uint64_t cpu_ticks = 0;  // user and system
  std::uint64_t threads = 0;
  std::uint64_t start_ticks = 0;  // since the machine started
  std::uint64_t virtual_bytes = 0;
  std::uint64_t resident_pages = 0;
};
// Nothing if `text` has another form. The program's name may hold blanks and parentheses.
[[nodiscard]] std::optional<ProcessStat> parse_process_stat(std::string_view text);

// Bytes in and out since the machine started, of the process's network: /proc/self/net/netstat.
struct NetworkBytes {
  std::uint64_t received = 0;
  std::uint64_t sent = 0;
};
[[nodiscard]] std::optional<NetworkBytes> parse_netstat(std::string_view text);

}  // namespace quorate::metrics
