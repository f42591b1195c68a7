// Snapshot of etcdserverpb.Maintenance: the whole store as a file of etcd's, in a stream.
#include <memory>
#include <utility>

#include "common/wire.h"
#include "server/api/caller.h"
#include "server/api/maintenance_service.h"
#include "server/api/request.h"
#include "server/api/services.h"

namespace quorate::api {
namespace {

using replica::SnapshotStream;

// Each needs as much room on the disk as the store.
constexpr std::size_t kSnapshotsMax = 4;

// Keeps itself alive until the last piece is sent or the client is gone.
class SnapshotAnswer final : public net::Counted<SnapshotAnswer> {
 public:
  SnapshotAnswer(Services& services, CallPtr call) : services_{services}, call_{std::move(call)} {}

  void start() {
    self_ = this;
    ++services_.snapshots;
    call_->on_cancelled([this] { end(); });
    call_->on_writable([this] {
      if (std::exchange(is_paused_, false)) ask();
    });
    // What was answered before the snapshot was asked for must be in it.
    services_.replica.when_written([self = boost::intrusive_ptr{this}] {
      if (self->self_ == nullptr) return;
      self->stream_ = self->services_.maintenance.open_snapshot();
      self->ask();
    });
  }

 private:
  void ask() {
    stream_->next([self = boost::intrusive_ptr{this}](Result<SnapshotStream::Piece> piece) {
      if (self->self_ != nullptr) self->take(piece);
    });
  }

  void take(const Result<SnapshotStream::Piece>& piece) {
    if (!piece) {
      call_->fail(piece.error());
      return end();
    }
    if (piece->bytes.empty()) {
      call_->finish();
      return end();
    }
    Reply reply;
    wire::append_number(2, piece->remaining, reply.tail());
    wire::append_bytes(3, piece->bytes, reply.tail());
    wire::append_bytes(4, services_.replica.config().api_version, reply.tail());
    call_->send(std::move(reply));
    is_paused_ = call_->is_backlogged();
    if (!is_paused_) ask();
  }

  void end() {
    if (self_ == nullptr) return;
    --services_.snapshots;
    stream_.reset();
    call_->on_cancelled(nullptr);
    self_ = nullptr;  // last: may destroy this
  }

  Services& services_;
  CallPtr call_;
  std::unique_ptr<SnapshotStream> stream_;
  bool is_paused_ = false;
  boost::intrusive_ptr<SnapshotAnswer> self_;  // while it runs
};

}  // namespace

void maintenance_snapshot(Services& services, const CallPtr& call, std::string_view message) {
  etcdserverpb::SnapshotRequest request;
  if (!parse_or_fail(message, *call, request)) return;
  if (!permit(services, *call, auth::Action::snapshot)) return;
  if (services.snapshots >= kSnapshotsMax) return call->fail(too_many_requests());
  const boost::intrusive_ptr<SnapshotAnswer> answer{new SnapshotAnswer{services, call}};
  answer->start();
}

}  // namespace quorate::api
