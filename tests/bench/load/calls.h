// Keeps unary calls under way on connections of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "tests/bench/load/loop.h"

namespace quorate::bench {

struct CallLoad {
  std::string method;
  // The request of the n-th call.
  std::function<std::string(std::uint64_t)> request;
  std::string token{};
  std::size_t connections = 10;
  std::size_t streams = 100;  // calls of each connection at a time
};

class Calls final : public Listener {
 public:
  Calls(Loop& loop, const std::string& endpoint, CallLoad load);

  // No more than so many are begun in all; 0 at first.
  void set_limit(std::uint64_t limit);
  void go() { set_limit(std::numeric_limits<std::uint64_t>::max()); }
  void stop() { set_limit(begun_); }

  [[nodiscard]] std::uint64_t done() const { return done_; }
  [[nodiscard]] bool is_idle() const { return done_ == begun_; }

  void on_message(Pipe& pipe, StreamNumber stream, std::string_view message) override;
  void on_end(Pipe& pipe, StreamNumber stream) override;

 private:
  void begin(Pipe& pipe);

  CallLoad load_;
  std::vector<Pipe*> idle_;  // one entry for each call that could be under way
  std::uint64_t limit_ = 0;
  std::uint64_t begun_ = 0;
  std::uint64_t done_ = 0;
  std::uint64_t answers_ = 0;
};

}  // namespace quorate::bench
