#include "server/api/contest.h"

#include <utility>

#include "server/api/caller.h"
#include "server/api/inner_watch.h"
#include "server/api/queue_requests.h"
#include "server/api/services.h"

namespace quorate::api {
namespace {

using concurrency::Contender;
using concurrency::QueueScan;

// Held by the call while that is open, and by whatever owes it an answer.
class ContestRun final : public net::Counted<ContestRun>, public WatchListener {
 public:
  ContestRun(Services& services, CallPtr call, concurrency::Contest contest, AnswerWinner answer)
      : services_{services},
        call_{std::move(call)},
        contender_{std::move(contest)},
        answer_{answer} {}
  ~ContestRun() override { stop_watching(); }

  void start() {
    call_->on_cancelled([self = boost::intrusive_ptr<ContestRun>{this}] {
      self->stop_watching();
      self->run(self->contender_.leave());
    });
    const Status known = check_caller(services_, *call_, [](const auto& may, const auto& who) {
      return may.may(who, auth::Action::grant_lease);
    });
    if (!known) return call_->fail(as_client_error(known.error()));
    run(contender_.begin());
  }

  // ---- WatchListener

  void on_event(const etcdserverpb::ResponseHeader& /*header*/,
                const mvccpb::Event& /*event*/) override {
    stop_watching();
    run(contender_.deleted());
  }
  void on_lost(const Error& error) override { run(contender_.failed(error)); }

 private:
  void run(const concurrency::Next& next) {
    const boost::intrusive_ptr<ContestRun> self{this};
    std::visit([this](const auto& step) { carry_out(step); }, next);
  }

  void carry_out(const concurrency::Idle& /*step*/) {}

  void carry_out(const concurrency::GrantLease& /*step*/) {
    grant_session(services_.replica, who(),
                  [self = boost::intrusive_ptr<ContestRun>{this}](Result<LeaseId> lease) {
                    self->run(self->contender_.granted(lease));
                  });
  }

  void carry_out(const concurrency::TakePlace& step) {
    const Status permitted = check_caller(services_, *call_, [&](const auto& may, const auto& who) {
      return may.claim(who, {contender_.contest().name, step.key, step.lease});
    });
    if (!permitted) return run(contender_.placed(permitted.error()));
    propose_txn(services_.replica, who(), place_taking(contender_.contest(), step),
                [self = boost::intrusive_ptr<ContestRun>{this}](Result<replica::Applied> applied) {
                  self->take_place(applied);
                });
  }
  void take_place(const Result<replica::Applied>& applied) {
    if (!applied) return run(contender_.placed(applied.error()));
    run(contender_.placed(placed(*applied, contender_.place().key, index())));
  }

  void carry_out(const concurrency::LookAhead& step) {
    const Revision looked_at = services_.replica.table().revision();
    scan_queue(services_.replica,
               QueueScan{contender_.contest().name, step.before.prev(), QueueScan::Wants::youngest},
               [self = boost::intrusive_ptr<ContestRun>{this},
                looked_at](const std::optional<concurrency::Place>& ahead) {
                 const auto own = self->index().find(self->contender_.place().key);
                 const bool is_there =
                     own && own->create_revision == self->contender_.place().created;
                 self->run(self->contender_.looked({ahead, is_there, looked_at}));
               });
  }

  void carry_out(const concurrency::AwaitDeletion& step) {
    watch::CreateRequest request;
    request.key = step.key;
    request.start = step.after.next();
    request.skips_puts = true;
    watch_ = new InnerWatch{services_.replica, *this};
    watch_->start(request);
  }

  void carry_out(const concurrency::Won& step) {
    answer_(services_, *call_, contender_.contest(), step);
  }

  void carry_out(const concurrency::Withdraw& step) {
    propose_txn(services_.replica, who(), withdrawal(step.place),
                [](const Result<replica::Applied>&) {});
  }

  void carry_out(const concurrency::Lost& step) {
    if (step.withdraw) carry_out(concurrency::Withdraw{*step.withdraw});
    call_->fail(as_client_error(step.error));
  }

  // As of now: users may have changed since the call began. Nobody's requests are refused.
  [[nodiscard]] auth::Identity who() const {
    const auto caller = caller_of(services_, *call_);
    return caller ? *caller : auth::Identity{};
  }
  void stop_watching() {
    if (watch_ != nullptr) std::exchange(watch_, nullptr)->stop();
  }
  [[nodiscard]] const mvcc::KeyIndex& index() const { return services_.replica.table().index(); }

  Services& services_;
  CallPtr call_;
  Contender contender_;
  AnswerWinner answer_;
  InnerWatchPtr watch_;  // while somebody is ahead
};

}  // namespace

void start_contest(Services& services, const CallPtr& call, concurrency::Contest contest,
                   AnswerWinner answer) {
  services.lasting.add(*call);
  boost::intrusive_ptr<ContestRun> run{new ContestRun{services, call, std::move(contest), answer}};
  run->start();
}

}  // namespace quorate::api
