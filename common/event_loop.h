// One thread's loop: sockets, timers, signals and posted work, on Asio. The headers of Asio stay
// in the files that do I/O; they reach its context through context().
#pragma once

#include <chrono>
#include <functional>
#include <initializer_list>
#include <memory>

#include "common/callback.h"
#include "common/executor.h"

namespace boost::asio {
class io_context;
}  // namespace boost::asio

namespace quorate {

// Home: the thread that runs it; post() and stop() may be called from any.
class EventLoop final : public Executor {
 public:
  using Instant = std::chrono::steady_clock::time_point;

  EventLoop();
  ~EventLoop() override;

  void post(Callback<void()> work) override;

  // Runs work as it comes until `done` says so, which is asked before the first piece of work and
  // after each. Must not be called from within the loop's own work.
  void run_until(const std::function<bool()>& done);
  // As above, but gives up at `deadline`; false when that came first.
  bool run_until(const std::function<bool()>& done, Instant deadline);
  // Runs until stop().
  void run();
  void stop();

  [[nodiscard]] boost::asio::io_context& context();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Runs a piece of work later. Destruction cancels it. Home: the loop's thread.
class Timer {
 public:
  explicit Timer(EventLoop& loop);
  ~Timer();
  Timer(Timer&&) noexcept;
  Timer& operator=(Timer&&) noexcept;

  // Replaces what was set before.
  void set(EventLoop::Instant when, Callback<void()> work);
  void set(std::chrono::nanoseconds after, Callback<void()> work);
  void cancel();
  [[nodiscard]] bool is_set() const;

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared with the wait under way, which outlives a cancel
};

// Takes signals over from their default action for as long as it lives.
class SignalWatch {
 public:
  SignalWatch(EventLoop& loop, std::initializer_list<int> signals, Callback<void(int)> on_signal);
  ~SignalWatch();

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared with the wait under way
};

}  // namespace quorate
