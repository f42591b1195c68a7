// The heap as the key index uses it: every block's owner knows its size, so the sum is exact.
#pragma once

#include <cstddef>

namespace quorate::mvcc::keytree {

// Home: state thread.
class Blocks {
 public:
  Blocks() = default;
  Blocks(const Blocks&) = delete;
  Blocks& operator=(const Blocks&) = delete;

  // Aligned for every type; never null.
  [[nodiscard]] void* take(std::size_t bytes);
  // Requires: `bytes` as it was taken.
  void give(void* block, std::size_t bytes) noexcept;

  // What all blocks out cost together, the allocator's own words included.
  [[nodiscard]] std::size_t cost() const { return cost_; }
  // What a block of this size costs in glibc's malloc: a word more, in steps of 16, 32 at least.
  [[nodiscard]] static std::size_t cost_of(std::size_t bytes);

 private:
  std::size_t cost_ = 0;
};

}  // namespace quorate::mvcc::keytree
