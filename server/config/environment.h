// ETCD_* environment variables: every flag as one, upper case, dashes as underscores.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/log.h"
#include "server/config/flag_set.h"

namespace quorate::config {

// "data-dir" is ETCD_DATA_DIR.
[[nodiscard]] std::string variable_name(std::string_view flag);
// The value of `variable` in "NAME=value" texts; empty if there is none.
[[nodiscard]] std::string value_of(const std::vector<std::string>& environment,
                                   std::string_view variable);

// Sets from the environment what the command line did not, and logs what it used and what it does
// not know. An empty value counts as none. Throws ConfigError for a bad value and for a variable
// beside its flag: there is no precedence between the two.
void apply_environment(FlagSet& flags, const std::vector<std::string>& environment, const Log& log);

}  // namespace quorate::config
