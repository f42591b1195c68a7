// Runs a program to its end.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace quorate::test {

struct CommandResult {
  int status = -1;  // exit status; -1 if a signal ended it
  std::string out;
  std::string err;
};

// `words`: the program's path and its arguments. `input` is what it can read.
[[nodiscard]] CommandResult run_command(const std::vector<std::string>& words,
                                        std::string_view input = {});

}  // namespace quorate::test
