// Random numbers that are the same on every machine for the same seed (standard distributions are
// not). xoshiro256** by Blackman and Vigna, seeded by splitmix64: https://prng.di.unimi.it
#pragma once

#include <array>
#include <cstdint>

namespace quorate {

class Rng {
 public:
  explicit Rng(std::uint64_t seed);

  std::uint64_t next();
  // Uniform in [0, bound). Requires: bound > 0.
  std::uint64_t below(std::uint64_t bound);
  // Uniform in [low, high], both included. Requires: low <= high.
  std::int64_t between(std::int64_t low, std::int64_t high);
  // True with a chance of numerator in denominator.
  bool chance(std::uint64_t numerator, std::uint64_t denominator);
  // An independent stream of its own, so that one user's draws do not shift another's.
  Rng fork();

 private:
  std::array<std::uint64_t, 4> state_;
};

// A seed from the operating system, for programs (never for tests).
std::uint64_t random_seed();

}  // namespace quorate
