// The seeds of random tests. A failed check shows the seed and how to run it again.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <vector>

namespace quorate {

// 1 to `count`, or only the one that QUORATE_SEED names.
inline std::vector<std::uint64_t> test_seeds(std::uint64_t count) {
  if (const char* given = std::getenv("QUORATE_SEED")) {
    return {std::strtoull(given, nullptr, 10)};
  }
  std::vector<std::uint64_t> seeds;
  for (std::uint64_t seed = 1; seed <= count; ++seed) seeds.push_back(seed);
  return seeds;
}

}  // namespace quorate
