// What --help and --version print.
#pragma once

#include <string>

#include "server/config/config_error.h"

namespace quorate::config {

class FlagSet;

// The few lines that also follow a command line that could not be read.
[[nodiscard]] std::string usage_text();

// Usage for standard error, all flags for standard output, as etcd does.
[[nodiscard]] ConfigError help_answer(const FlagSet& flags);
[[nodiscard]] ConfigError version_answer();

}  // namespace quorate::config
