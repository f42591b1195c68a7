// Golden files: what was asked, a line of dashes, what came of it, an empty line.
//
//   campaign n1
//   ----
//   n1 pre_candidate term=0 leader=n0
//
// Lines that begin with # are for readers and stay where they are.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace quorate::testing {

struct Exchange {
  std::string before;  // comments and empty lines in front of it, as they are
  std::vector<std::string> commands;
  std::string expected;
};

// Runs one command and returns what came of it, lines ending in \n.
using RunCommand = std::function<std::string(const std::string& command)>;

// The exchanges of a file in which the outcome was another than expected. With `is_rewritten` the
// file is changed to say what came out, and all is well.
[[nodiscard]] std::vector<std::string> run_transcript(const std::filesystem::path& file,
                                                      const RunCommand& run, bool is_rewritten);

}  // namespace quorate::testing
