// A request to stop, from the terminal or from whoever started us.
#pragma once

#include <csignal>

#include "common/event_loop.h"

namespace quorate::ctl {

// Takes over SIGINT and SIGTERM for as long as it lives. Home: the loop's thread.
class StopSignals {
 public:
  explicit StopSignals(EventLoop& loop)
      : watch_{loop, {SIGINT, SIGTERM}, [this](int) { has_come_ = true; }} {}

  [[nodiscard]] bool has_come() const { return has_come_; }

 private:
  bool has_come_ = false;
  SignalWatch watch_;
};

}  // namespace quorate::ctl
