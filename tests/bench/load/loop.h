// Serves the load generator's connections on one thread.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/bench/load/pipe.h"

namespace quorate::bench {

using Steady = std::chrono::steady_clock;

class Loop {
 public:
  Loop();

  Pipe& connect(const std::string& endpoint, Listener& listener);

  // Until `done`, which is asked before each round of reads, or until `deadline`.
  void run_until(const std::function<bool()>& done,
                 std::optional<Steady::time_point> deadline = {});
  void run_for(Steady::duration time) {
    run_until([] { return false; }, Steady::now() + time);
  }

 private:
  std::vector<std::unique_ptr<Pipe>> pipes_;
};

inline double seconds_since(Steady::time_point begin) {
  return std::chrono::duration<double>{Steady::now() - begin}.count();
}

}  // namespace quorate::bench
