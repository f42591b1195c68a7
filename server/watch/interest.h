// A range of keys that somebody watches.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "server/mvcc/key_range.h"

namespace quorate::watch {

struct Watcher;

// One per distinct range, however many watch it, so that 1,000 watchers of a key are found at
// once. Made and destroyed by the RangeIndex, which knows it by its address.
struct Interest {
  Watcher* first = nullptr;  // of a list through Watcher::next: those who may be told something
  std::uint32_t users = 0;   // all of its watchers, idle ones too
  mvcc::KeyRange::Shape shape = mvcc::KeyRange::Shape::single;

  Interest() = default;
  Interest(const Interest&) = delete;
  Interest& operator=(const Interest&) = delete;
};

}  // namespace quorate::watch
