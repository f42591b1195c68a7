// LeaseKeepAlive: a stream of ids, answered one after the other in their order, as etcd does.
#include <deque>
#include <utility>

#include "common/wire.h"
#include "server/api/caller.h"
#include "server/api/lease_service.h"
#include "server/api/request.h"
#include "server/api/services.h"

namespace quorate::api {
namespace {

// Ids waiting behind one whose lease is just ending, or for a client that does not read.
constexpr std::size_t kWaitingMax = 4096;

Error too_many_waiting() {
  return {Code::unknown, "etcdserver: too many requests"};
}

// Lives until the last answer under way has come, whatever becomes of the stream.
class KeepAlives : public net::Counted<KeepAlives> {
 public:
  KeepAlives(Services& services, CallPtr call) : services_{services}, call_{std::move(call)} {}

  void start() {
    call_->on_writable([self = boost::intrusive_ptr<KeepAlives>{this}] { self->renew_waiting(); });
  }
  void add(LeaseId id) {
    if (waiting_.size() >= kWaitingMax) return call_->fail(too_many_waiting());
    waiting_.push_back(id);
    renew_waiting();
  }
  void half_close() {
    is_half_closed_ = true;
    renew_waiting();
  }

 private:
  // One after the other; none while the client does not read.
  void renew_waiting() {
    if (std::exchange(is_in_turn_, true)) return;  // the loop below goes on
    while (call_->is_open() && !is_renewing_ && !waiting_.empty() && !call_->is_backlogged()) {
      const LeaseId id = waiting_.front();
      waiting_.pop_front();
      is_renewing_ = true;
      renew_for_caller(id);
    }
    is_in_turn_ = false;
    if (is_half_closed_ && !is_renewing_ && waiting_.empty()) call_->finish();
  }

  void renew_for_caller(LeaseId id) {
    if (knows_caller(services_, *call_)) return renew(id);
    services_.replica.confirm_read([self = boost::intrusive_ptr<KeepAlives>{this}, id](Status s) {
      if (!s) return self->call_->fail(s.error());
      self->renew(id);
    });
  }

  void renew(LeaseId id) {
    const Status permitted = check_caller(services_, *call_, [&](const auto& may, const auto& who) {
      return may.lease_keep_alive(who, id);
    });
    if (!permitted) return call_->fail(permitted.error());
    services_.replica.renew_lease(id, [self = boost::intrusive_ptr<KeepAlives>{this},
                                       id](Result<std::int64_t> ttl) { self->answer(id, ttl); });
  }

  void answer(LeaseId id, const Result<std::int64_t>& ttl) {
    is_renewing_ = false;
    if (!ttl) return call_->fail(ttl.error());
    Reply response;
    std::string& out = response.tail();
    append_header(services_.header(), out);
    wire::append_number(2, id.value(), out);
    wire::append_number(3, *ttl, out);
    call_->send(std::move(response));
    renew_waiting();
  }

  Services& services_;
  CallPtr call_;
  std::deque<LeaseId> waiting_;
  bool is_in_turn_ = false;
  bool is_renewing_ = false;
  bool is_half_closed_ = false;
};

class KeepAliveStream final : public StreamHandler {
 public:
  KeepAliveStream(Services& services, const CallPtr& call)
      : call_{call}, keep_alives_{new KeepAlives{services, call}} {
    keep_alives_->start();
  }

  void on_message(std::string_view message) override {
    etcdserverpb::LeaseKeepAliveRequest request;
    if (parse_or_fail_stream(message, *call_, request)) keep_alives_->add(LeaseId{request.id()});
  }
  void on_half_close() override { keep_alives_->half_close(); }

 private:
  CallPtr call_;
  boost::intrusive_ptr<KeepAlives> keep_alives_;
};

}  // namespace

std::unique_ptr<StreamHandler> open_lease_keep_alive(Services& services, const CallPtr& call) {
  return std::make_unique<KeepAliveStream>(services, call);
}

}  // namespace quorate::api
