// Help pages: description, usage, examples, commands, flags.
#pragma once

#include <string>

#include "ctl/cli/command.h"

namespace quorate::ctl {

// The page that --help shows, its last line pointing to the flags every command takes.
[[nodiscard]] std::string help_page(Command& command);
// The part of it from "Usage:" on, which also follows a usage error.
[[nodiscard]] std::string usage(Command& command);

}  // namespace quorate::ctl
