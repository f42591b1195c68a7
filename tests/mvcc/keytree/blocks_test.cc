#include "server/mvcc/keytree/blocks.h"

#include <cstddef>
#include <cstdint>

#include <doctest/doctest.h>

using quorate::mvcc::keytree::Blocks;

TEST_CASE("blocks are counted as what malloc makes of them, until they are given back") {
  Blocks blocks;
  void* small = blocks.take(1);
  CHECK(blocks.cost() == 32);
  void* fits = blocks.take(40);  // 40 and malloc's word are 48
  CHECK(blocks.cost() == 32 + 48);
  void* one_more = blocks.take(41);
  CHECK(blocks.cost() == 32 + 48 + 64);
  blocks.give(fits, 40);
  CHECK(blocks.cost() == 32 + 64);
  blocks.give(one_more, 41);
  blocks.give(small, 1);
  CHECK(blocks.cost() == 0);
}

TEST_CASE("blocks are aligned for addresses and numbers") {
  Blocks blocks;
  void* block = blocks.take(7);
  CHECK(reinterpret_cast<std::uintptr_t>(block) % alignof(std::max_align_t) == 0);
  blocks.give(block, 7);
}
