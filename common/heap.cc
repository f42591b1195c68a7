#include "common/heap.h"

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>
#include <sys/mman.h>

#ifdef QUORATE_JEMALLOC
#include <jemalloc/jemalloc.h>

// Read by jemalloc before main. One arena: what one thread allocates and another frees is found
// again. What is unused for a second goes back to the system.
const char* malloc_conf = "narenas:1,dirty_decay_ms:1000,muzzy_decay_ms:0,background_thread:true";
#else
#include <malloc.h>
#endif

namespace quorate {

#ifdef QUORATE_JEMALLOC
namespace {

std::size_t statistic(const char* name) {
  std::size_t value = 0;
  std::size_t size = sizeof value;
  return ::mallctl(name, &value, &size, nullptr, 0) == 0 ? value : 0;
}

}  // namespace

HeapUse heap_use() {
  std::uint64_t epoch = 1;  // statistics are of the moment the epoch was last raised
  std::size_t size = sizeof epoch;
  ::mallctl("epoch", &epoch, &size, &epoch, size);
  return {statistic("stats.allocated"), statistic("stats.mapped")};
}

void release_free_heap() {
  ::mallctl("thread.tcache.flush", nullptr, nullptr, nullptr, 0);
  const std::string purge = "arena." + std::to_string(MALLCTL_ARENAS_ALL) + ".purge";
  ::mallctl(purge.c_str(), nullptr, nullptr, nullptr, 0);
}
#else
HeapUse heap_use() {
  const struct mallinfo2 heap = ::mallinfo2();
  return {heap.uordblks + heap.hblkhd, heap.arena + heap.hblkhd};
}

void release_free_heap() {
  ::malloc_trim(0);
}
#endif

// Only mappings that cannot be written and of which no page was ever made private are dropped: what
// the loader relocated exists nowhere else.
void release_start_pages() {
  std::ifstream maps{"/proc/self/smaps"};
  std::uintptr_t begin = 0;
  std::uintptr_t end = 0;
  for (std::string line; std::getline(maps, line);) {
    char mode[5] = "";
    unsigned long inode = 0;
    unsigned long from = 0;
    unsigned long to = 0;
    if (std::sscanf(line.c_str(), "%lx-%lx %4s %*x %*s %lu", &from, &to, mode, &inode) == 4) {
      const bool is_read_only_file = inode != 0 && mode[1] == '-' && mode[3] == 'p';
      begin = is_read_only_file ? from : 0;
      end = to;
    } else if (begin != 0 && line.rfind("Anonymous:", 0) == 0 && line.find(" 0 kB") != line.npos) {
      ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
    }
  }
}

}  // namespace quorate
