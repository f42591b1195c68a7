// Scripts that teach a shell to complete commands and flags. Made from the tree of commands, so
// that they never lag behind it.
#pragma once

#include <string>

#include "ctl/cli/command.h"

namespace quorate::ctl {

[[nodiscard]] std::string bash_completion(Command& root);
[[nodiscard]] std::string zsh_completion(Command& root);
[[nodiscard]] std::string fish_completion(Command& root);
[[nodiscard]] std::string powershell_completion(Command& root);

}  // namespace quorate::ctl
