#include "common/event_loop.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "common/ensure.h"

namespace quorate {

namespace asio = boost::asio;

struct EventLoop::State {
  asio::io_context context{1};  // one thread runs it
  asio::executor_work_guard<asio::io_context::executor_type> guard{context.get_executor()};
  bool is_running = false;
};

EventLoop::EventLoop() : state_{std::make_unique<State>()} {}

EventLoop::~EventLoop() = default;

void EventLoop::post(Callback<void()> work) {
  asio::post(state_->context, [work = std::move(work)]() mutable { work(); });
}

void EventLoop::run_until(const std::function<bool()>& done) {
  (void)run_until(done, Instant::max());
}

bool EventLoop::run_until(const std::function<bool()>& done, Instant deadline) {
  ENSURE(!state_->is_running);
  state_->is_running = true;
  bool is_done = done();
  while (!is_done) {
    const std::size_t ran = deadline == Instant::max() ? state_->context.run_one()
                                                       : state_->context.run_one_until(deadline);
    is_done = done();
    if (ran == 0) break;  // the deadline has come
  }
  state_->is_running = false;
  return is_done;
}

void EventLoop::run() {
  ENSURE(!state_->is_running);
  state_->is_running = true;
  state_->context.restart();
  state_->context.run();
  state_->is_running = false;
}

void EventLoop::stop() {
  state_->context.stop();
}

asio::io_context& EventLoop::context() {
  return state_->context;
}

struct Timer::State {
  explicit State(asio::io_context& context) : timer{context} {}

  asio::steady_timer timer;
  Callback<void()> work;
  std::uint64_t generation = 0;  // tells a wait that was replaced from the one that counts
};

Timer::Timer(EventLoop& loop) : state_{std::make_shared<State>(loop.context())} {}

Timer::~Timer() {
  if (state_ != nullptr) cancel();
}

Timer::Timer(Timer&&) noexcept = default;

Timer& Timer::operator=(Timer&& other) noexcept {
  if (this != &other) {
    if (state_ != nullptr) cancel();
    state_ = std::move(other.state_);
  }
  return *this;
}

void Timer::set(EventLoop::Instant when, Callback<void()> work) {
  state_->work = std::move(work);
  const std::uint64_t generation = ++state_->generation;
  state_->timer.expires_at(when);
  state_->timer.async_wait([state = state_, generation](const boost::system::error_code& error) {
    if (error || generation != state->generation) return;
    Callback<void()> due = std::move(state->work);
    state->work = nullptr;
    due();
  });
}

void Timer::set(std::chrono::nanoseconds after, Callback<void()> work) {
  set(std::chrono::steady_clock::now() + after, std::move(work));
}

void Timer::cancel() {
  ++state_->generation;
  state_->work = nullptr;
  state_->timer.cancel();
}

bool Timer::is_set() const {
  return static_cast<bool>(state_->work);
}

struct SignalWatch::State {
  explicit State(asio::io_context& context) : signals{context} {}

  asio::signal_set signals;
  Callback<void(int)> on_signal;

  static void wait(const std::shared_ptr<State>& state) {
    state->signals.async_wait([state](const boost::system::error_code& error, int number) {
      if (error || !state->on_signal) return;
      wait(state);
      state->on_signal(number);
    });
  }
};

SignalWatch::SignalWatch(EventLoop& loop, std::initializer_list<int> signals,
                         Callback<void(int)> on_signal)
    : state_{std::make_shared<State>(loop.context())} {
  for (const int number : signals) state_->signals.add(number);
  state_->on_signal = std::move(on_signal);
  State::wait(state_);
}

SignalWatch::~SignalWatch() {
  state_->on_signal = nullptr;
  state_->signals.cancel();
  state_->signals.clear();
}

}  // namespace quorate
