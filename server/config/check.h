// Settings that contradict each other or the machine are refused, with etcd's texts.
#pragma once

#include "common/log.h"
#include "server/config/config.h"

namespace quorate::config {

// Fills LogConfig's typed fields out of its texts. Throws ConfigError; a level nobody knows is a
// syntax error.
void check_logging(LogConfig& log);

// What can be said without looking at the machine, in etcd's order; also fills the typed fields
// that are read from texts (cluster state, TLS versions). Warns of what is dubious. Throws
// ConfigError.
void check(Config& config, const Log& log);

// What etcd finds when it opens its ports: certificates that are missing for TLS addresses,
// addresses used twice, ciphers nobody knows, a retention that cannot be read (filled in here).
// Throws ConfigError.
void check_start(Config& config, const Log& log);

}  // namespace quorate::config
