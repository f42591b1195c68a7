#include "common/ensure.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>

namespace quorate {
namespace {
std::atomic<DumpHook> dump_hook{nullptr};  // set once at start-up, read on the way down
}

void set_ensure_dump_hook(DumpHook hook) {
  dump_hook = hook;
}

void ensure_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: broken invariant: %s\n", file, line, condition);
  // The hook may itself fail an ENSURE: take it out first, so that it runs at most once.
  if (DumpHook hook = dump_hook.exchange(nullptr)) hook();
  std::fflush(stderr);
  std::abort();
}

}  // namespace quorate
