// Which endpoints a command that looks at members one by one goes through.
#pragma once

#include <string>
#include <vector>

#include "ctl/context.h"

namespace quorate::ctl {

enum class Scope : bool { given, cluster };

// Those of --endpoints as they were typed, or the client URLs of all members. A failure when the
// members cannot be asked for.
Outcome<std::vector<std::string>> endpoints_of(Context& context, Scope scope);

}  // namespace quorate::ctl
