// Passwords that users are given: asked for twice on a terminal, or read from standard input.
#pragma once

#include <iosfwd>
#include <string>

#include "ctl/failure.h"

namespace quorate::ctl {

enum class PasswordSource : bool { words, prompts };

// With prompts: "Password of NAME: ", then once more; an empty one or two that differ are
// failures. Else the next word of standard input, which may be missing.
Outcome<std::string> new_password(const std::string& user, PasswordSource source,
                                  std::ostream& out);

}  // namespace quorate::ctl
