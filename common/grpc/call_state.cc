#include "common/grpc/call_state.h"

#include <utility>

#include "common/ensure.h"
#include "common/grpc/frame.h"
#include "common/grpc/link.h"

namespace quorate::grpc {

CallState::CallState(Host& host, std::string_view method, const CallOptions& options,
                     CallEvents events)
    : host_{&host},
      method_{method},
      options_{options},
      events_{std::move(events)},
      deadline_{host.loop()} {}

void CallState::start_deadline() {
  if (!options_.deadline) return;
  deadline_.set(*options_.deadline, [this] {
    finish({{Code::deadline_exceeded, "context deadline exceeded"}, {}});
  });
}

void CallState::attach(Link& link, StreamNumber stream) {
  ENSURE(link_ == nullptr);
  link_ = &link;
  stream_ = stream;
  ++attempts_;
  if (is_held_) link.h2().hold(stream);
  link.h2().send(stream, replay_);
  if (has_ended_sending_) link.h2().end_sending(stream);
}

void CallState::detach() {
  link_ = nullptr;
}

void CallState::leave() {
  if (link_ == nullptr) return;
  std::exchange(link_, nullptr)->forget(stream_);
}

// After this nothing is heard of the call any more.
void CallState::end() {
  is_finished_ = true;
  deadline_.cancel();
  leave();
  if (host_ != nullptr) std::exchange(host_, nullptr)->ended(shared_from_this());
}

void CallState::finish(Finished finished) {
  if (is_finished_) return;
  const auto self = shared_from_this();
  end();
  CallEvents events = std::move(events_);
  if (events.finished) events.finished(std::move(finished));
}

void CallState::finish_soon(Error error) {
  host_->loop().post([self = shared_from_this(), error = std::move(error)] {
    self->finish({error, {}});
  });
}

void CallState::abandon() {
  if (is_finished_) return;
  const auto self = shared_from_this();
  end();
}

void CallState::deliver() {
  const auto self = shared_from_this();
  while (link_ != nullptr && !is_held_) {
    ResponseReader* reader = link_->h2().reader(stream_);
    if (reader == nullptr || !deliver_one(*reader)) return;
  }
}

// True when there was something to tell. The caller who was told may have ended the call.
bool CallState::deliver_one(ResponseReader& reader) {
  if (reader.headers()) {
    const Metadata headers = *std::exchange(reader.headers(), std::nullopt);
    replay_ = {};
    is_replayable_ = false;
    if (events_.headers) events_.headers(headers);
    return true;
  }
  if (!reader.messages().empty()) {
    std::string message = std::move(reader.messages().front());
    reader.messages().pop_front();
    if (events_.message) events_.message(std::move(message));
    return true;
  }
  if (reader.finished()) {
    conclude(Finished{*reader.finished()});
    return true;
  }
  return false;
}

void CallState::conclude(const Finished& finished) {
  const bool may_repeat =
      link_->h2().was_refused(stream_) && is_replayable_ && attempts_ < kAttemptsMax;
  if (!may_repeat) {
    finish(finished);
    return;
  }
  leave();
  host_->begin_again(shared_from_this());
}

void CallState::send(std::string_view message) {
  if (is_finished_ || has_ended_sending_) return;
  if (message.size() > host_->send_bytes_max()) {
    finish_soon({Code::resource_exhausted, "trying to send message larger than max (" +
                                               std::to_string(message.size()) + " vs. " +
                                               std::to_string(host_->send_bytes_max()) + ")"});
    return;
  }
  std::string frame;
  append_frame(frame, message);
  if (link_ != nullptr) {
    link_->h2().send(stream_, frame);
    link_->flush();
    if (replay_.size() + frame.size() > kReplayBytesMax) {
      replay_ = {};
      is_replayable_ = false;
    }
  }
  if (link_ == nullptr || is_replayable_) replay_ += frame;
}

void CallState::end_sending() {
  if (is_finished_ || has_ended_sending_) return;
  has_ended_sending_ = true;
  if (link_ == nullptr) return;
  link_->h2().end_sending(stream_);
  link_->flush();
}

void CallState::hold() {
  is_held_ = true;
  if (link_ != nullptr) link_->h2().hold(stream_);
}

void CallState::release() {
  if (!is_held_) return;
  is_held_ = false;
  if (link_ == nullptr) return;
  link_->h2().release(stream_);
  link_->flush();
  deliver_soon();
}

void CallState::deliver_soon() {
  host_->loop().post([weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->deliver();
  });
}

std::size_t CallState::unsent_bytes() const {
  if (is_finished_) return 0;
  return link_ == nullptr ? replay_.size() : link_->h2().unsent_bytes(stream_);
}

// ---- The handle

void Call::send(std::string_view message) {
  if (state_ != nullptr) state_->send(message);
}

void Call::end_sending() {
  if (state_ != nullptr) state_->end_sending();
}

void Call::cancel() {
  if (state_ != nullptr && !state_->is_finished()) {
    state_->finish_soon({Code::cancelled, "context canceled"});
  }
}

void Call::hold() {
  if (state_ != nullptr) state_->hold();
}

void Call::release() {
  if (state_ != nullptr) state_->release();
}

bool Call::is_finished() const {
  return state_ == nullptr || state_->is_finished();
}

std::size_t Call::unsent_bytes() const {
  return state_ == nullptr ? 0 : state_->unsent_bytes();
}

void Call::abandon() {
  if (state_ != nullptr) std::exchange(state_, nullptr)->abandon();
}

}  // namespace quorate::grpc
