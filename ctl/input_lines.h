// Lines of standard input that come while a loop does other things.
#pragma once

#include <memory>
#include <optional>

#include "common/event_loop.h"
#include "ctl/terminal.h"

namespace quorate::ctl {

class InputLines {
 public:
  // Calls `take` from the loop with each line, and last with nothing at the end of the input.
  // Reads in a thread of its own: standard input may be a file, which cannot be waited for.
  InputLines(EventLoop& loop, Callback<void(const std::optional<InputLine>&)> take);
  ~InputLines();

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared with the thread and the lines on their way
};

}  // namespace quorate::ctl
