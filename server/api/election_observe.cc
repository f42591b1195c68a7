// Observe: a stream of who leads and what it proclaims.
#include <utility>

#include "proto/v3election.pb.h"
#include "server/api/contest.h"
#include "server/api/election_service.h"
#include "server/api/inner_watch.h"
#include "server/api/queue_requests.h"
#include "server/api/request.h"
#include "server/api/services.h"
#include "server/concurrency/observer.h"

namespace quorate::api {
namespace {

using concurrency::Heard;

Error closed_early() {
  return {Code::unknown, "election: observe closed early"};
}

// Held by the call while that is open, and by whatever owes it an answer.
class Observation final : public net::Counted<Observation>, public WatchListener {
 public:
  Observation(Services& services, CallPtr call, std::string name)
      : services_{services}, call_{std::move(call)}, name_{std::move(name)} {}
  ~Observation() override { stop_watching(); }

  void start() {
    call_->on_cancelled(
        [self = boost::intrusive_ptr<Observation>{this}] { self->stop_watching(); });
    call_->on_writable([this] {
      if (watch_ != nullptr) watch_->resume();
    });
    services_.replica.confirm_read([self = boost::intrusive_ptr<Observation>{this}](Status status) {
      if (status) status = may_follow(self->services_, *self->call_, self->name_);
      if (!status) return self->call_->fail(closed_early());
      self->run(self->observer_.begin());
    });
  }

  // ---- WatchListener

  void on_event(const etcdserverpb::ResponseHeader& header, const mvccpb::Event& event) override {
    const bool is_put = event.type() == mvccpb::Event::PUT;
    const concurrency::NextToSee next =
        observer_.heard({is_put ? Heard::Kind::put : Heard::Kind::deleted, event.kv().key(),
                         Revision{event.kv().mod_revision()}});
    if (const auto* show = std::get_if<concurrency::ShowHeard>(&next)) {
      return show_heard(*show, header, event.kv());
    }
    run(next);
  }
  void on_lost(const Error& /*error*/) override { call_->fail(closed_early()); }
  [[nodiscard]] bool is_backlogged() const override { return call_->is_backlogged(); }

 private:
  void run(const concurrency::NextToSee& next) {
    if (!call_->is_open()) return;
    if (std::holds_alternative<concurrency::LookFirst>(next)) return look();
    if (const auto* queue = std::get_if<concurrency::FollowQueue>(&next)) {
      const concurrency::QueueRange range{name_};
      return watch({.key = range.begin(), .range_end = range.end(), .start = queue->after.next()});
    }
  }

  void look() {
    stop_watching();
    fetch_oldest(services_.replica, name_,
                 [self = boost::intrusive_ptr<Observation>{this}](Result<Oldest> oldest) {
                   if (!oldest) return self->call_->fail(closed_early());
                   self->looked(*oldest);
                 });
  }
  void looked(const Oldest& oldest) {
    std::optional<std::string> key;
    if (oldest.row) key = std::string{oldest.row->key()};
    const concurrency::NextToSee next = observer_.looked(key, oldest.revision);
    const auto* show = std::get_if<concurrency::ShowFirst>(&next);
    if (show == nullptr) return run(next);
    call_->send(leader_reply(services_, *oldest.row, oldest.revision));
    follow(show->follow);
  }

  void show_heard(const concurrency::ShowHeard& show, const etcdserverpb::ResponseHeader& header,
                  const mvccpb::KeyValue& kv) {
    v3electionpb::LeaderResponse response;
    *response.mutable_header() = header;
    if (show.follow) response.mutable_header()->set_revision(kv.mod_revision());
    *response.mutable_kv() = kv;
    call_->send(Reply{response});
    if (show.follow) follow(*show.follow);
  }

  void follow(const concurrency::FollowKey& key) {
    watch({.key = key.key, .start = key.after.next()});
  }
  void watch(const watch::CreateRequest& request) {
    stop_watching();
    if (!call_->is_open()) return;
    watch_ = new InnerWatch{services_.replica, *this};
    watch_->start(request);
  }
  void stop_watching() {
    if (watch_ != nullptr) std::exchange(watch_, nullptr)->stop();
  }

  Services& services_;
  CallPtr call_;
  std::string name_;
  concurrency::Observer observer_;
  InnerWatchPtr watch_;
};

}  // namespace

void election_observe(Services& services, const CallPtr& call, std::string_view message) {
  v3electionpb::LeaderRequest request;
  if (!parse_or_fail_stream(message, *call, request)) return;
  boost::intrusive_ptr<Observation> observation{new Observation{services, call, request.name()}};
  observation->start();
}

}  // namespace quorate::api
