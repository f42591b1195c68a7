// load() as a test wants it: nothing of the machine's, nothing on standard error.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "server/config/load.h"

namespace quorate::config {

struct Tried {
  std::optional<Config> config;
  std::optional<ConfigError> error;  // one of the two
  std::vector<std::string> log;      // what went to standard error
};

Tried try_load(const std::vector<std::string>& args,
               const std::vector<std::string>& environment = {});

// The Config of a command line that is right.
Config loaded(const std::vector<std::string>& args,
              const std::vector<std::string>& environment = {});

}  // namespace quorate::config
