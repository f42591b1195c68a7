#include "common/grpc/link.h"

#include <utility>

namespace quorate::grpc {

Link::Link(EventLoop& loop, const Endpoint& endpoint, const ConnectionOptions& options,
           Events events)
    : loop_{loop},
      events_{std::move(events)},
      drained_{loop},
      connection_{loop,
                  endpoint,
                  options,
                  {.ready = [this] { events_.ready(); },
                   .touched = [this](StreamNumber stream) { on_touched(stream); },
                   .going_away = [this] { events_.going_away(); },
                   .closed =
                       [this](const Error& error) {
                         if (retired_) {
                           retired_->closed(error);
                         } else {
                           events_.closed(error);
                         }
                       }}} {}

Link::~Link() {
  for (auto& [stream, call] : calls_) call->detach();
}

bool Link::begin(const std::shared_ptr<CallState>& call, const Metadata& fields) {
  const auto stream = h2().open(fields);
  if (!stream) return false;
  calls_.emplace(*stream, call);
  call->attach(*this, *stream);
  flush();
  return true;
}

void Link::forget(StreamNumber stream) {
  h2().drop(stream);
  flush();
  calls_.erase(stream);
  if (retired_) drain_soon();
}

void Link::retire(RetiredEvents events) {
  retired_ = std::move(events);
  drain_soon();
}

void Link::drain_soon() {
  if (!calls_.empty()) return;
  drained_.set(std::chrono::nanoseconds{0}, [this] {
    if (calls_.empty()) retired_->drained();
  });
}

Link::Calls Link::take_calls() {
  for (auto& [stream, call] : calls_) call->detach();
  return std::exchange(calls_, {});
}

void Link::on_touched(StreamNumber stream) {
  const auto found = calls_.find(stream);
  if (found == calls_.end()) return;
  const std::shared_ptr<CallState> call = found->second;  // it may end, and the link with it
  call->deliver();
}

}  // namespace quorate::grpc
