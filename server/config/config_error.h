// Why the server ends before it has begun: bad input, or a question it has answered (--help).
#pragma once

#include <stdexcept>
#include <string>

namespace quorate::config {

// Exit statuses, as etcd's.
inline constexpr int kExitAnswered = 0;  // --help, --version
inline constexpr int kExitRefused = 1;   // values that contradict each other or the machine
inline constexpr int kExitSyntax = 2;    // a command line that cannot be read

// Thrown at start-up; main prints `out` and `err` and ends with `exit_code`. what() is the reason
// in one sentence. Reasons that belong in the log have been logged; both texts are empty then.
class ConfigError : public std::runtime_error {
 public:
  ConfigError(int code, const std::string& reason) : runtime_error{reason}, exit_code{code} {}

  // Nothing more is to be said in the log.
  [[nodiscard]] bool is_reported() const { return is_logged || !out.empty() || !err.empty(); }

  int exit_code;
  std::string out;  // for standard output
  std::string err;  // for standard error
  bool is_logged = false;
};

}  // namespace quorate::config
