// From a command line to a checked Config and an open log.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/log.h"
#include "common/result.h"
#include "server/config/config.h"
#include "server/config/config_error.h"

namespace quorate::config {

// What the process finds around it; tests make their own.
struct Surroundings {
  std::vector<std::string> args;         // args[0] is the program
  std::vector<std::string> environment;  // "NAME=value"
  std::uint64_t file_descriptors_max = 0;
  // The address this machine has towards the rest of the world (machine.h).
  std::function<Result<std::string>()> default_host;
};

struct Loaded {
  Config config;
  Log log;  // with the level, form and outputs that were asked for
};

// In etcd's order: flags, then a configuration file or else the environment, the log, the checks,
// the defaults that follow from other values. Says in the log what it was given and what it warns
// of. Throws ConfigError; what it says is then in the log already, or in the error for main to
// print. Requires: `clock` outlives the log.
[[nodiscard]] Loaded load(const Surroundings& surroundings, const Clock& clock);

}  // namespace quorate::config
