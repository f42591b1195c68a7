#include "server/lease/key_blocks.h"

#include <cstring>
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "common/rng.h"
#include "tests/common/test_seed.h"

using quorate::Rng;
using quorate::lease::KeyBlocks;

TEST_CASE("a block given back is the next one of its size") {
  KeyBlocks blocks;
  const auto first = blocks.take(24);
  const auto second = blocks.take(24);
  CHECK(first != 0);
  CHECK(first != second);
  blocks.give(first, 24);
  CHECK(blocks.take(32) != first);
  CHECK(blocks.take(17) == first);  // 17 bytes need three units, as 24 do
}

TEST_CASE("blocks in use never overlap, over many chunks") {
  for (const std::uint64_t seed : quorate::test_seeds(5)) {
    INFO("again: QUORATE_SEED=", seed, " lease_test -tc='blocks in use never overlap*'");
    Rng rng{seed};
    KeyBlocks blocks;
    std::map<KeyBlocks::Address, std::string> in_use;
    for (int round = 0; round < 20'000; ++round) {
      if (in_use.empty() || rng.chance(2, 3)) {
        const std::string bytes(1 + rng.below(KeyBlocks::kBlockBytesMax),
                                static_cast<char>(rng.next()));
        const auto at = blocks.take(bytes.size());
        REQUIRE(reinterpret_cast<std::uintptr_t>(blocks.at(at)) % 8 == 0);
        REQUIRE(in_use.emplace(at, bytes).second);
        std::memcpy(blocks.at(at), bytes.data(), bytes.size());
      } else {
        auto found = in_use.lower_bound(static_cast<KeyBlocks::Address>(rng.below(1 << 20)));
        if (found == in_use.end()) found = in_use.begin();
        REQUIRE(std::memcmp(blocks.at(found->first), found->second.data(), found->second.size()) ==
                0);
        blocks.give(found->first, found->second.size());
        in_use.erase(found);
      }
    }
    for (const auto& [at, bytes] : in_use) {
      REQUIRE(std::memcmp(blocks.at(at), bytes.data(), bytes.size()) == 0);
    }
    blocks.give_all();
    CHECK(blocks.take(8) == 1);
  }
}
