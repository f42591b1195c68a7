// Words about flags that are only taken for the sake of old command lines.
#pragma once

#include "common/log.h"
#include "server/config/flag_set.h"

namespace quorate::config {

void warn_of_old_flags(const FlagSet& flags, const Log& log);

}  // namespace quorate::config
