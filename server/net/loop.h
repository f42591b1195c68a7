// The event loop of the state home. Work that arrives together is handled together: one turn runs
// everything that is ready, then the turn's end hooks (propose a batch, send what was written).
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "common/executor.h"

namespace boost::asio {
class io_context;
}

namespace quorate::net {

// Home: the thread that calls run(); post() and stop() may be called from any.
class Loop final : public Executor {
 public:
  Loop();
  ~Loop() override;

  void post(Callback<void()> work) override;

  // Called in the order added at the end of every turn. A hook that makes more work ready (by
  // posting) is served by the next turn.
  void at_turn_end(std::function<void()> hook);

  // Calls `tick` every `period` until the loop stops. A late loop is told how many periods passed
  // at once, so that nothing runs in bursts.
  void every(std::chrono::milliseconds period, std::function<void(std::uint64_t periods)> tick);

  // Calls back on the loop when the process gets one of these signals.
  void on_signals(const std::vector<int>& signals, std::function<void(int)> callback);

  // Forgets what was posted and has not run. Requires: the loop is stopped.
  void discard();

  // Runs until stop().
  void run();
  void stop();

  [[nodiscard]] boost::asio::io_context& context();
  // Room for one read of any connection; its content ends with the handler that filled it.
  [[nodiscard]] std::span<char> scratch();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace quorate::net
