// The reading half of etcdserverpb.KV.
#include <utility>

#include "common/ensure.h"
#include "common/wire.h"
#include "server/api/caller.h"
#include "server/api/check.h"
#include "server/api/kv_service.h"
#include "server/api/request.h"
#include "server/api/services.h"
#include "server/replica/translate.h"

namespace quorate::api {
namespace {

using etcdserverpb::RangeRequest;

replica::RangeQuery query_of(RangeRequest& request) {
  replica::RangeQuery query;
  query.op = replica::to_op(request);
  query.key = std::move(*request.mutable_key());
  query.range_end = std::move(*request.mutable_range_end());
  return query;
}

// A range read under way. Keeps itself alive until it is answered, failed or cancelled.
class RangeAnswer : public net::Counted<RangeAnswer>, public replica::RangeTaker {
 public:
  RangeAnswer(Services& services, CallPtr call, RangeRequest request)
      : services_{services},
        call_{std::move(call)},
        values_{request.keys_only() ? Values::without : Values::with},
        is_serializable_{request.serializable()},
        query_{query_of(request)} {}
  ~RangeAnswer() override { services_.answer_bytes -= counted_bytes_; }

  void start() {
    self_ = this;
    if (is_serializable_) return read();
    services_.replica.confirm_read([self = self_](Status status) {
      if (!status) return self->on_failed(status.error());
      self->read();
    });
  }

 protected:
  void count_bytes(std::size_t bytes) {
    counted_bytes_ += bytes;
    services_.answer_bytes += bytes;
  }
  bool has_room() override {
    if (services_.room_for_answer() > 0) return true;
    read_->cancel();
    const std::size_t most = services_.limits.memory_bytes_max;
    on_failed(counted_bytes_ > most ? answer_too_large(counted_bytes_, most) : too_many_requests());
    return false;
  }
  void end() {
    call_->on_cancelled(nullptr);
    call_->on_writable(nullptr);
    read_ = nullptr;
    self_ = nullptr;  // last: may destroy this
  }
  void on_failed(const Error& error) override {
    call_->fail(error);
    end();
  }

  Services& services_;
  CallPtr call_;
  Values values_;
  bool is_serializable_;
  replica::RangeQuery query_;
  std::shared_ptr<replica::RangeRead> read_;

 private:
  void read() {
    if (!call_->is_open()) return end();
    const Status permitted = check_caller(services_, *call_, [&](const auto& may, const auto& who) {
      return may.range(who, query_.key, query_.range_end);
    });
    if (!permitted) return on_failed(permitted.error());
    if (services_.room_for_answer() == 0) return on_failed(too_many_requests());
    read_ = services_.replica.make_range_read(std::move(query_), *this);
    call_->on_cancelled([self = boost::intrusive_ptr<RangeAnswer>{this}] {
      self->read_->cancel();
      self->end();
    });
    begin();
    read_->start();
  }
  virtual void begin() {}

  std::size_t counted_bytes_ = 0;
  boost::intrusive_ptr<RangeAnswer> self_;  // while it runs
};

// One message with everything.
class UnaryRange final : public RangeAnswer {
 public:
  UnaryRange(Services& services, CallPtr call, RangeRequest request)
      : RangeAnswer{services, std::move(call), std::move(request)} {
    query_.is_taken_whole = true;
  }

 private:
  void on_begin(Revision newest, Revision /*at*/) override {
    append_header(services_.header_at(newest), reply_.tail());
  }
  bool on_rows(std::span<const mvcc::RowPtr> rows) override {
    if (!has_room()) return false;
    std::size_t bytes = 0;
    for (const auto& row : rows) {
      std::string& tail = reply_.tail();
      const std::size_t before = tail.size();
      append_key_value(2, *row, values_, tail);
      bytes += tail.size() - before;
    }
    count_bytes(bytes);
    return has_room();
  }
  void on_done(std::int64_t count, bool has_more) override {
    append_range_end(has_more, count, reply_.tail());
    call_->send(std::move(reply_));
    end();
  }

  Reply reply_;
};

// Messages of a bounded size, as fast as the client takes them.
class StreamedRange final : public RangeAnswer {
 public:
  using RangeAnswer::RangeAnswer;

 private:
  void begin() override {
    call_->on_writable([this] {
      if (read_ != nullptr) read_->resume();
    });
  }
  void on_begin(Revision newest, Revision /*at*/) override { newest_ = newest; }
  bool on_rows(std::span<const mvcc::RowPtr> rows) override {
    for (const auto& row : rows) {
      append_key_value(2, *row, values_, part_);
      if (part_.size() >= kPartBytes) send_part();
    }
    return !call_->is_backlogged();
  }
  void on_done(std::int64_t count, bool has_more) override {
    std::string last;
    append_header(services_.header_at(newest_), last);
    last += part_;
    append_range_end(has_more, count, last);
    send_response(last);
    call_->finish();
    end();
  }

  void send_part() {
    send_response(part_);
    part_.clear();
  }
  void send_response(std::string_view response) {
    Reply reply;
    wire::append_bytes(1, response, reply.tail());
    call_->send(std::move(reply));
  }

  static constexpr std::size_t kPartBytes = 64 * 1024;
  Revision newest_;
  std::string part_;  // kvs of the next message
};

template <class Answer>
void start_range(Services& services, const CallPtr& call, RangeRequest request) {
  boost::intrusive_ptr<Answer> answer{new Answer{services, call, std::move(request)}};
  answer->start();
}

}  // namespace

void kv_range(Services& services, const CallPtr& call, std::string_view message) {
  RangeRequest request;
  if (!parse_or_fail(message, *call, request)) return;
  if (const Status status = check(request); !status) return call->fail(status.error());
  start_range<UnaryRange>(services, call, std::move(request));
}

void kv_range_stream(Services& services, const CallPtr& call, std::string_view message) {
  RangeRequest request;
  if (!parse_or_fail_stream(message, *call, request)) return;
  if (const Status status = check_stream(request); !status) return call->fail(status.error());
  start_range<StreamedRange>(services, call, std::move(request));
}

}  // namespace quorate::api
