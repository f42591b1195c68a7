#include "server/api/watch_service.h"

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "server/api/caller.h"
#include "server/api/request.h"
#include "server/api/services.h"
#include "server/watch/request.h"

namespace quorate::api {
namespace {

std::string bytes_of(watch::Piece& piece) {
  if (auto* text = std::get_if<std::string>(&piece)) return std::move(*text);
  return std::string{std::get<SharedBytes>(piece).view()};
}

// The client's end of a watch stream. Its watches end when the call does, whoever ends it; the
// client's half-close changes nothing, as in etcd.
class Watching final : public net::Counted<Watching>, public watch::StreamPort {
 public:
  Watching(Services& services, CallPtr call) : services_{services}, call_{std::move(call)} {}

  void start() {
    self_ = this;
    stream_ = services_.replica.open_watch(*this);
    call_->on_cancelled([this] { end(); });
    call_->on_writable([this] { stream_->on_writable(); });
  }

  void take(std::string_view message) {
    etcdserverpb::WatchRequest request;
    if (stream_ == nullptr) return;
    if (!parse_message(message, request)) return fail(stream_unmarshal_error());
    if (!request.has_create_request() || knows_caller(services_, *call_)) return ask(request);
    services_.replica.confirm_read(
        [self = boost::intrusive_ptr<Watching>{this}, request](Status status) {
          if (self->stream_ == nullptr) return;
          status ? self->ask(request) : self->fail(status.error());
        });
  }

  // ---- watch::StreamPort

  [[nodiscard]] bool is_backlogged() const override { return call_->is_backlogged(); }
  void send(watch::Frames frames) override {
    std::vector<std::string> pieces;
    pieces.reserve(frames.pieces.size());
    for (auto& piece : frames.pieces) pieces.push_back(bytes_of(piece));
    call_->send_frames(std::move(pieces), frames.messages);
  }
  // The stream lives until this turn of the loop is over: it is in the middle of something.
  void fail(const Error& error) override {
    call_->fail(error);
    services_.replica.later([self = boost::intrusive_ptr<Watching>{this}] { self->end(); });
  }

 private:
  void ask(const etcdserverpb::WatchRequest& request) {
    std::visit([this](const auto& asked) { ask(asked); }, watch::to_request(request));
  }
  void ask(std::monostate) {}
  // As etcd has it, a watch goes on that was permitted once, whatever becomes of the permission.
  void ask(const watch::CreateRequest& request) {
    const Status permitted = check_caller(services_, *call_, [&](const auto& may, const auto& who) {
      return may.watch(who, request.key, request.range_end);
    });
    stream_->create(request, permitted);
  }
  void ask(const watch::CancelRequest& request) { stream_->cancel(request.id); }
  void ask(const watch::ProgressRequest& /*request*/) { stream_->ask_progress(); }

  void end() {
    stream_ = nullptr;
    self_ = nullptr;  // last: may destroy this
  }

  Services& services_;
  CallPtr call_;
  std::unique_ptr<watch::WatchStream> stream_;
  boost::intrusive_ptr<Watching> self_;  // while the call is open
};

class WatchHandler final : public StreamHandler {
 public:
  WatchHandler(Services& services, const CallPtr& call) : watching_{new Watching{services, call}} {
    watching_->start();
  }
  void on_message(std::string_view message) override { watching_->take(message); }
  void on_half_close() override {}

 private:
  boost::intrusive_ptr<Watching> watching_;
};

}  // namespace

std::unique_ptr<StreamHandler> open_watch(Services& services, const CallPtr& call) {
  return std::make_unique<WatchHandler>(services, call);
}

}  // namespace quorate::api
