// Flags from environment variables: ETCDCTL_ENDPOINTS for --endpoints, and so on.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "ctl/cli/flag_set.h"
#include "ctl/failure.h"

namespace quorate::ctl {

// "ETCDCTL_DIAL_TIMEOUT" for "dial-timeout".
[[nodiscard]] std::string variable_name(std::string_view flag_name);

// Sets the flags that were not given on the command line from the variables that are not empty.
// A flag that has both is a failure, as with etcdctl: nobody knows which one was meant. What begins
// with ETCDCTL_ and is neither a flag's nor among `known` is named on `err`, and so is a value
// that cannot be read (and stays without effect).
// `variables` are "NAME=value", as the system keeps them.
Outcome<> apply_environment(const FlagSets& flags, const std::vector<std::string>& variables,
                            const std::vector<std::string>& known, std::ostream& err);

}  // namespace quorate::ctl
