// Values that follow from others when they were not given.
#pragma once

#include <functional>

#include "common/log.h"
#include "common/result.h"
#include "server/config/config.h"
#include "server/config/flag_set.h"

namespace quorate::config {

// The URLs everybody has when nothing is said, and the cluster of one member they make.
void set_default_urls(Config& config);

enum class Source : std::uint8_t { command_line, file };

// What a given value takes away from the defaults: listening for clients elsewhere leaves nothing
// to advertise (not in files), discovery leaves no initial cluster.
void drop_defaults(Config& config, const FlagSet& flags, Source source);

// Once everything is checked: the machine's own address where it listens on all of them and
// advertises localhost, the cluster of a member that has only a name, the data directory, and 0
// made into the number it stands for.
void fill_defaults(Config& config, const std::function<Result<std::string>()>& default_host,
                   const Log& log);

}  // namespace quorate::config
