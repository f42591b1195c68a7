#include "tests/bench/load/calls.h"

#include <utility>

namespace quorate::bench {

Calls::Calls(Loop& loop, const std::string& endpoint, CallLoad load) : load_{std::move(load)} {
  std::vector<Pipe*> pipes;
  for (std::size_t i = 0; i < load_.connections; ++i) {
    pipes.push_back(&loop.connect(endpoint, *this));
  }
  for (std::size_t i = 0; i < load_.streams; ++i) {
    idle_.insert(idle_.end(), pipes.begin(), pipes.end());
  }
}

void Calls::set_limit(std::uint64_t limit) {
  limit_ = limit;
  while (begun_ < limit_ && !idle_.empty()) {
    Pipe* pipe = idle_.back();
    idle_.pop_back();
    begin(*pipe);
  }
}

void Calls::begin(Pipe& pipe) {
  pipe.call(load_.method, load_.request(begun_++), load_.token);
}

void Calls::on_message(Pipe& /*pipe*/, StreamNumber /*stream*/, std::string_view /*message*/) {
  ++answers_;
}

void Calls::on_end(Pipe& pipe, StreamNumber /*stream*/) {
  if (answers_ < ++done_) give_up(load_.method + " was refused");
  if (begun_ < limit_) {
    begin(pipe);
  } else {
    idle_.push_back(&pipe);
  }
}

}  // namespace quorate::bench
