// Hash and HashKV of etcdserverpb.Maintenance.
#include <memory>
#include <utility>

#include "server/api/caller.h"
#include "server/api/maintenance_service.h"
#include "server/api/request.h"
#include "server/api/services.h"
#include "server/mvcc/history_hash.h"

namespace quorate::api {
namespace {

using replica::HistoryTaker;

// A walk over the whole history. Keeps itself alive until it is answered or cancelled.
class HashAnswer : public net::Counted<HashAnswer>, public HistoryTaker {
 public:
  HashAnswer(Services& services, CallPtr call, Revision at)
      : services_{services}, call_{std::move(call)}, hash_{services.replica.table(), at} {}

  void start() {
    self_ = this;
    call_->on_cancelled([this] {
      read_->cancel();
      end();
    });
    read_ = services_.replica.make_history_read(RowNumber{}, *this);
    read_->start();
  }

 protected:
  [[nodiscard]] const mvcc::HistoryHash& hash() const { return hash_; }
  [[nodiscard]] const Services& services() const { return services_; }

 private:
  [[nodiscard]] virtual Reply reply() const = 0;

  Wants on_rows(std::span<const mvcc::RowPtr> rows) override {
    for (const auto& row : rows) {
      if (hash_.add(*row)) continue;
      on_end();
      return Wants::nothing;
    }
    return Wants::more;
  }
  void on_end() override {
    call_->send(reply());
    end();
  }
  void on_failed(const Error& error) override {
    call_->fail(error);
    end();
  }
  void end() {
    call_->on_cancelled(nullptr);
    self_ = nullptr;  // last: may destroy this
  }

  Services& services_;
  CallPtr call_;
  mvcc::HistoryHash hash_;
  std::shared_ptr<replica::HistoryRead> read_;
  boost::intrusive_ptr<HashAnswer> self_;  // while it runs
};

class HashKvAnswer final : public HashAnswer {
 public:
  using HashAnswer::HashAnswer;

 private:
  [[nodiscard]] Reply reply() const override {
    etcdserverpb::HashKVResponse response;
    fill_header(services().header(), *response.mutable_header());
    response.set_hash(hash().value());
    response.set_compact_revision(hash().compacted().value());
    return Reply{response};
  }
};

// Etcd's is a checksum of its whole file, which no other member's file has; any number that tells
// states apart serves.
class PlainHashAnswer final : public HashAnswer {
 public:
  using HashAnswer::HashAnswer;

 private:
  [[nodiscard]] Reply reply() const override {
    etcdserverpb::HashResponse response;
    fill_header(services().header(), *response.mutable_header());
    response.set_hash(hash().value());
    return Reply{response};
  }
};

template <class Answer>
void start_hash(Services& services, const CallPtr& call, Revision at) {
  const boost::intrusive_ptr<Answer> answer{new Answer{services, call, at}};
  answer->start();
}

}  // namespace

void maintenance_hash(Services& services, const CallPtr& call, std::string_view message) {
  etcdserverpb::HashRequest request;
  if (!parse_or_fail(message, *call, request)) return;
  if (!permit(services, *call, auth::Action::hash)) return;
  start_hash<PlainHashAnswer>(services, call, services.replica.table().revision());
}

void maintenance_hash_kv(Services& services, const CallPtr& call, std::string_view message) {
  etcdserverpb::HashKVRequest request;
  if (!parse_or_fail(message, *call, request)) return;
  if (!permit(services, *call, auth::Action::hash)) return;
  const Revision asked{request.revision()};
  const auto at = services.replica.table().read_revision(asked);
  if (!at) return call->fail(at.error());
  // Before the first revision, as etcd has it, there was nothing: that is no error.
  start_hash<HashKvAnswer>(services, call, asked < Revision{} ? asked : *at);
}

}  // namespace quorate::api
