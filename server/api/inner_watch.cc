#include "server/api/inner_watch.h"

#include <limits>
#include <utility>
#include <variant>

#include "common/ensure.h"
#include "common/grpc/frame.h"
#include "common/parse_message.h"

namespace quorate::api {
namespace {

std::string_view view_of(const watch::Piece& piece) {
  if (const auto* text = std::get_if<std::string>(&piece)) return *text;
  return std::get<SharedBytes>(piece).view();
}

// Why the stream of answers ends, if it does.
std::optional<Error> end_of(const etcdserverpb::WatchResponse& response) {
  if (!response.canceled()) return std::nullopt;
  if (response.compact_revision() != 0) return mvcc::compacted_error();
  return Error{Code::unknown, response.cancel_reason()};
}

}  // namespace

void InnerWatch::start(const watch::CreateRequest& request) {
  stream_ = replica_.open_watch(*this);
  stream_->create(request, Status{});
}

void InnerWatch::stop() {
  listener_ = nullptr;
  // The stream may be in the middle of something.
  if (stream_ == nullptr) return;
  replica_.later([self = InnerWatchPtr{this}] { self->stream_ = nullptr; });
}

void InnerWatch::resume() {
  if (stream_ != nullptr) stream_->on_writable();
}

bool InnerWatch::is_backlogged() const {
  return listener_ != nullptr && listener_->is_backlogged();
}

void InnerWatch::send(watch::Frames frames) {
  const InnerWatchPtr self{this};
  grpc::FrameSplitter splitter{std::numeric_limits<std::uint32_t>::max()};
  for (const auto& piece : frames.pieces) {
    const Status is_sound = splitter.feed(view_of(piece), [this](const grpc::Frame& frame) {
      etcdserverpb::WatchResponse response;
      ENSURE(parse_message(frame.message, response));
      take(response);
    });
    ENSURE(is_sound);
  }
}

void InnerWatch::fail(const Error& error) {
  lose(error);
}

void InnerWatch::take(const etcdserverpb::WatchResponse& response) {
  for (const auto& event : response.events()) {
    if (listener_ != nullptr) listener_->on_event(response.header(), event);
  }
  if (const auto error = end_of(response)) lose(*error);
}

void InnerWatch::lose(const Error& error) {
  WatchListener* const listener = std::exchange(listener_, nullptr);
  stop();
  if (listener != nullptr) listener->on_lost(error);
}

}  // namespace quorate::api
