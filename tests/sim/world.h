// Everything around the members, all of it fake and all of it from one seed: time, chance, network,
// and the record of what happened.
#pragma once

#include <cstdint>

#include "common/rng.h"
#include "tests/sim/network.h"
#include "tests/sim/scheduler.h"
#include "tests/sim/trace.h"

namespace quorate::sim {

struct World {
  explicit World(std::uint64_t seed)
      : rng{seed}, network{scheduler, rng.fork()}, trace{scheduler} {}

  Rng rng;
  Scheduler scheduler;
  Network network;
  Trace trace;
};

}  // namespace quorate::sim
