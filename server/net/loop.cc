#include "server/net/loop.h"

#include <atomic>
#include <list>
#include <mutex>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

namespace quorate::net {
namespace asio = boost::asio;

namespace {

// A turn ends at the latest after so many handlers, or after this time: replies and proposals are
// not held back by an endless stream of arrivals, nor by a few that take long.
constexpr int kHandlersPerTurn = 128;
constexpr std::chrono::milliseconds kTurnMax{2};

// Large enough for everything a busy connection sends in one turn.
constexpr std::size_t kScratchBytes = 256 * 1024;

struct Ticker {
  Ticker(asio::io_context& context, std::chrono::milliseconds p,
         std::function<void(std::uint64_t)> f)
      : timer{context}, period{p}, next{std::chrono::steady_clock::now() + p}, tick{std::move(f)} {}

  void arm() {
    timer.expires_at(next);
    timer.async_wait([this](boost::system::error_code error) {
      if (!error) fire();
    });
  }

  void fire() {
    std::uint64_t periods = 0;
    for (const auto now = std::chrono::steady_clock::now(); next <= now; next += period) ++periods;
    if (periods > 0) tick(periods);
    arm();
  }

  asio::steady_timer timer;
  std::chrono::milliseconds period;
  std::chrono::steady_clock::time_point next;
  std::function<void(std::uint64_t)> tick;
};

}  // namespace

struct Loop::State {
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> guard{context.get_executor()};
  std::vector<std::function<void()>> hooks;
  std::list<Ticker> tickers;
  asio::signal_set signals{context};
  std::function<void(int)> on_signal;
  std::unique_ptr<char[]> scratch = std::make_unique_for_overwrite<char[]>(kScratchBytes);

  std::mutex mutex;  // guards posted: the door for other threads
  std::vector<Callback<void()>> posted;
  std::vector<Callback<void()>> running;

  void await_signal() {
    signals.async_wait([this](boost::system::error_code error, int signal) {
      if (error) return;
      on_signal(signal);
      await_signal();
    });
  }

  void run_posted() {
    {
      const std::lock_guard lock{mutex};
      running.swap(posted);
    }
    for (auto& work : running) work();
    running.clear();
  }
};

Loop::Loop() : state_{std::make_unique<State>()} {}
Loop::~Loop() = default;

void Loop::post(Callback<void()> work) {
  bool was_empty;
  {
    const std::lock_guard lock{state_->mutex};
    was_empty = state_->posted.empty();
    state_->posted.push_back(std::move(work));
  }
  // One wake-up carries everything posted until it is served.
  if (was_empty) asio::post(state_->context, [state = state_.get()] { state->run_posted(); });
}

void Loop::discard() {
  std::vector<Callback<void()>> discarded;
  {
    const std::lock_guard lock{state_->mutex};
    discarded.swap(state_->posted);
  }
}

void Loop::at_turn_end(std::function<void()> hook) {
  state_->hooks.push_back(std::move(hook));
}

void Loop::every(std::chrono::milliseconds period, std::function<void(std::uint64_t)> tick) {
  state_->tickers.emplace_back(state_->context, period, std::move(tick)).arm();
}

void Loop::on_signals(const std::vector<int>& signals, std::function<void(int)> callback) {
  for (const int signal : signals) state_->signals.add(signal);
  state_->on_signal = std::move(callback);
  state_->await_signal();
}

void Loop::run() {
  auto& context = state_->context;
  while (context.run_one() > 0) {
    const auto end = std::chrono::steady_clock::now() + kTurnMax;
    for (int i = 1; i < kHandlersPerTurn && context.poll_one() > 0; ++i) {
      if (std::chrono::steady_clock::now() >= end) break;
    }
    for (auto& hook : state_->hooks) hook();
  }
}

void Loop::stop() {
  state_->context.stop();
}

boost::asio::io_context& Loop::context() {
  return state_->context;
}

std::span<char> Loop::scratch() {
  return {state_->scratch.get(), kScratchBytes};
}

}  // namespace quorate::net
