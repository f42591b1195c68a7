// A check of what the program itself guarantees. On in every build: going on after a broken
// invariant could lose data, so the process prints what failed and aborts.
#pragma once

namespace quorate {

[[noreturn]] void ensure_failed(const char* condition, const char* file, int line);

// Called by ensure_failed before it aborts, to print what the objects knew. One at a time; main
// sets it, tests may too. Null = nothing to print.
using DumpHook = void (*)();
void set_ensure_dump_hook(DumpHook hook);

}  // namespace quorate

#define ENSURE(condition)                                       \
  do {                                                          \
    if (!(condition)) [[unlikely]] {                            \
      ::quorate::ensure_failed(#condition, __FILE__, __LINE__); \
    }                                                           \
  } while (false)
