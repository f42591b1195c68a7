// The configuration file: YAML, and with it JSON.
#pragma once

#include <string>

#include "server/config/flag_set.h"

namespace quorate::config {

// Sets what the file says. Keys are flag names; some lie in maps (client-transport-security, ..),
// durations are numbers of nanoseconds, unknown keys and nulls are passed over.
// Throws ConfigError: the file cannot be read, is no YAML, or has a value of the wrong kind.
void apply_file(FlagSet& flags, const std::string& path);

}  // namespace quorate::config
