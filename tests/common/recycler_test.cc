#include "common/recycler.h"

#include <cstdint>
#include <cstring>
#include <vector>

#include <doctest/doctest.h>

using quorate::Recycled;
using quorate::Recycler;

TEST_CASE("a block that was given back is given out again for the same size") {
  Recycler memory;
  void* first = memory.allocate(100);
  Recycler::release(first);
  CHECK(memory.kept_bytes() == 128);
  CHECK(memory.allocate(97) == first);
  CHECK(memory.kept_bytes() == 0);
  void* other = memory.allocate(100);
  CHECK(other != first);
  Recycler::release(first);
  Recycler::release(other);
  Recycler::release(nullptr);
}

TEST_CASE("blocks of any size are aligned, apart from each other and as large as asked") {
  Recycler memory;
  std::vector<void*> blocks;
  for (std::size_t bytes : {0, 1, 32, 33, 2048, 2049, 100'000}) {
    void* block = memory.allocate(bytes);
    CHECK(reinterpret_cast<std::uintptr_t>(block) % alignof(std::max_align_t) == 0);
    CHECK(Recycler::capacity(block) >= bytes);
    std::memset(block, 0x5a, bytes);
    blocks.push_back(block);
  }
  for (void* block : blocks) Recycler::release(block);
}

TEST_CASE("what is kept is bounded") {
  Recycler memory;
  std::vector<void*> blocks;
  for (int i = 0; i < 10'000; ++i) blocks.push_back(memory.allocate(2048));
  for (void* block : blocks) Recycler::release(block);
  CHECK(memory.kept_bytes() <= std::size_t{8} << 20);
  CHECK(memory.kept_bytes() >= std::size_t{7} << 20);
}

TEST_CASE("a recycled object is destroyed and its memory used for the next") {
  struct Thing : Recycled {
    explicit Thing(int& d) : destroyed{d} {}
    ~Thing() { ++destroyed; }
    int& destroyed;
  };
  Recycler memory;
  int destroyed = 0;
  auto* first = new (memory) Thing{destroyed};
  delete first;
  CHECK(destroyed == 1);
  auto* second = new (memory) Thing{destroyed};
  CHECK(static_cast<void*>(first) == static_cast<void*>(second));
  delete second;
}
