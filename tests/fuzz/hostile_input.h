// Random damage to good inputs, from one seed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/rng.h"

namespace quorate::fuzz {

// One of the inputs with a few changes: bits, numbers at their limits, parts erased, doubled,
// exchanged with parts of another.
std::string damaged(const std::vector<std::string>& corpus, Rng& rng);

// False when something does not hold that must hold whatever the bytes are.
using Feed = bool (*)(std::string_view bytes);

// Feeds each of the corpus as it is, then so many damaged inputs. A failing input is written to
// stderr with the command that makes it again. QUORATE_FUZZ_SEED and QUORATE_FUZZ_ROUNDS override.
bool survives(const char* target, const std::vector<std::string>& corpus, Feed feed, int rounds);

}  // namespace quorate::fuzz
