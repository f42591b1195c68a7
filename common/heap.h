// The process's heap and pages: what they hold, what they can give back to the system.
//
// The heap is jemalloc's: requests are allocated on one thread and freed on another, which costs
// glibc's a third of a put's CPU time. Builds with a sanitizer use the sanitizer's.
#pragma once

#include <cstddef>

namespace quorate {

struct HeapUse {
  std::size_t used_bytes = 0;      // by objects
  std::size_t obtained_bytes = 0;  // from the system, used or kept for later
};
// Home: any thread.
[[nodiscard]] HeapUse heap_use();

// Free memory goes back to the system now instead of in a while.
void release_free_heap();

// Pages of code and constants that were only needed to start go back: those still needed come again
// from the page cache. Changes nothing where /proc is missing.
void release_start_pages();

}  // namespace quorate
