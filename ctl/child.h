// A program that a command runs: `lock NAME -- CMD`, `watch KEY -- CMD`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/event_loop.h"

namespace quorate::ctl {

// How a program ended. `error` is worded as Go's os/exec words it: "exit status 7",
// "signal: killed", `exec: "nosuch": executable file not found in $PATH`; empty when it went well.
struct ChildEnd {
  int status = 0;  // what we would end with: the program's, 255 for a signal, 1 if it did not start
  std::string error;
};

// Sets one of "NAME=value", which replaces what was there of that name.
void set_variable(std::vector<std::string>& variables, const std::string& name,
                  const std::string& value);

// Runs while the loop does other things. Home: the loop's thread.
class Child {
 public:
  // Starts words[0], looked up in PATH, with our outputs and an empty input. `variables` are its
  // environment. One that cannot be started has ended.
  Child(EventLoop& loop, const std::vector<std::string>& words,
        const std::vector<std::string>& variables);
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // Set once the program has ended; the loop turns when it does.
  [[nodiscard]] const std::optional<ChildEnd>& end() const { return end_; }

 private:
  void start(const std::vector<std::string>& words, const std::vector<std::string>& variables);
  void look();

  std::optional<ChildEnd> end_;
  int process_ = -1;
  SignalWatch death_;  // of any child: set before it is started, so that none is missed
};

}  // namespace quorate::ctl
