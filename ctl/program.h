// The program as a function: words in, output and exit status out.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace quorate::ctl {

// `program` is the name it was called by; `words` are the arguments behind it, `variables` the
// environment as "NAME=value". Returns the exit status.
int run_program(const std::string& program, const std::vector<std::string>& words,
                const std::vector<std::string>& variables, std::ostream& out, std::ostream& err);

}  // namespace quorate::ctl
