// How the pairs of a tree fall into pages, decided by their lengths alone: so the size of a file is
// known before its first byte, from one pass over the lengths.
//
// Pages are closed as soon as they are full, leaves and branches in one sequence, and each branch
// behind all of its children: written in this order they need no memory but one or two pages per
// level. The last page closed is the root.
//
// A branch always gets two children at least: bbolt stops the process when it meets a leaf that is
// an only child while it removes keys.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "common/function_ref.h"

namespace quorate::boltfile {

// A page that is complete: it takes the `count` oldest elements of its level not in a page yet.
struct ClosedPage {
  std::uint32_t level = 0;  // 0: a leaf
  std::uint32_t count = 0;
  std::uint64_t pages = 1;  // with its overflow
};

class TreeShape {
 public:
  using Outlet = FunctionRef<void(const ClosedPage&)>;

  explicit TreeShape(std::uint32_t page_bytes) : page_bytes_{page_bytes} {}

  // The next pair, in key order. Pages it has no room in are closed first.
  void add(std::size_t key_bytes, std::size_t value_bytes, Outlet close);
  // Closes all that is open. A tree without pairs gets one empty leaf.
  void finish(Outlet close);

  // What the pairs so far would take in a single leaf.
  [[nodiscard]] std::uint64_t leaf_bytes() const { return leaf_bytes_; }

 private:
  // Elements that will share a page.
  struct Run {
    std::uint32_t count = 0;
    std::uint64_t bytes = 0;  // without the page's head
    std::size_t first_key = 0;
    std::size_t last_key = 0;

    void add(std::size_t key_bytes, std::size_t value_bytes);
  };
  // `full` waits until it is certain that `open` gets a second element without its help.
  struct Level {
    Run full;
    Run open;
    bool has_closed = false;
  };

  [[nodiscard]] bool fits(const Run& run, std::size_t element_bytes) const;
  void add_child(std::uint32_t level, std::size_t key_bytes, Outlet close);
  void close_run(std::uint32_t level, Run Level::*run, Outlet close);
  void share_last_two(Level& level);

  std::uint32_t page_bytes_;
  std::uint64_t leaf_bytes_ = 0;
  std::vector<Level> levels_{1};
};

}  // namespace quorate::boltfile
