// The writing half of etcdserverpb.KV.
#include <algorithm>
#include <span>
#include <utility>

#include "common/wire.h"
#include "server/api/caller.h"
#include "server/api/check.h"
#include "server/api/kv_service.h"
#include "server/api/request.h"
#include "server/api/services.h"
#include "server/mvcc/range_scan.h"
#include "server/replica/translate.h"

namespace quorate::api {
namespace {

using etcdserverpb::CompactionRequest;
using etcdserverpb::DeleteRangeRequest;
using etcdserverpb::TxnRequest;
using replica::Applied;
using replica::Command;

Reply begin_reply(const Services& services, Revision revision) {
  Reply reply;
  append_header(services.header_at(revision), reply.tail());
  return reply;
}

// Calls `go_on` with the rows, or fails the call. With nothing to fetch this happens at once.
template <class GoOn>
void with_rows(Services& services, const CallPtr& call, std::vector<RowNumber> rows, GoOn go_on) {
  if (rows.empty()) return go_on(std::vector<mvcc::RowPtr>{});
  services.replica.fetch_rows(
      rows, [call, go_on = std::move(go_on)](Result<std::vector<mvcc::RowPtr>> fetched) mutable {
        if (!fetched) return call->fail(fetched.error());
        go_on(std::move(*fetched));
      });
}

std::size_t bytes_of(const std::vector<mvcc::RowPtr>& rows) {
  std::size_t bytes = 0;
  for (const auto& row : rows) bytes += row->key().size() + row->value().size();
  return bytes;
}

void answer_put(Services& services, const CallPtr& call, const Applied& applied) {
  const auto& outcome = std::get<mvcc::PutOutcome>(applied.outcome);
  std::vector<RowNumber> rows;
  if (outcome.previous) rows.push_back(*outcome.previous);
  with_rows(services, call, std::move(rows),
            [&services, call, revision = outcome.revision](std::vector<mvcc::RowPtr> previous) {
              Reply reply = begin_reply(services, revision);
              for (const auto& row : previous) {
                append_key_value(2, *row, Values::with, reply.tail());
              }
              call->send(std::move(reply));
            });
}

void answer_delete(Services& services, const CallPtr& call, Applied applied) {
  auto outcome = std::get<mvcc::DeleteOutcome>(std::move(applied.outcome));
  with_rows(services, call, std::move(outcome.previous),
            [&services, call, revision = outcome.revision,
             deleted = outcome.deleted](std::vector<mvcc::RowPtr> previous) {
              const std::size_t room = services.room_for_answer();
              if (const std::size_t bytes = bytes_of(previous); bytes > room) {
                return call->fail(answer_too_large(bytes, room));
              }
              Reply reply = begin_reply(services, revision);
              wire::append_number(2, deleted, reply.tail());
              for (const auto& row : previous) {
                append_key_value(3, *row, Values::with, reply.tail());
              }
              call->send(std::move(reply));
            });
}

// The rows of `numbers` in their order; one that is named many times is fetched once.
class RowsByNumber {
 public:
  explicit RowsByNumber(std::vector<RowNumber> numbers) : numbers_{std::move(numbers)} {
    unique_ = numbers_;
    std::sort(unique_.begin(), unique_.end());
    unique_.erase(std::unique(unique_.begin(), unique_.end()), unique_.end());
  }
  [[nodiscard]] const std::vector<RowNumber>& to_fetch() const { return unique_; }
  // Requires: `fetched` are the rows of to_fetch().
  [[nodiscard]] std::vector<mvcc::RowPtr> arrange(const std::vector<mvcc::RowPtr>& fetched) const {
    std::vector<mvcc::RowPtr> rows;
    rows.reserve(numbers_.size());
    for (const RowNumber number : numbers_) {
      const auto at = std::lower_bound(unique_.begin(), unique_.end(), number) - unique_.begin();
      rows.push_back(fetched[static_cast<std::size_t>(at)]);
    }
    return rows;
  }

 private:
  std::vector<RowNumber> numbers_;
  std::vector<RowNumber> unique_;
};

void send_txn(Services& services, const CallPtr& call, const TxnRequest& request,
              const mvcc::TxnOutcome& outcome, std::span<const mvcc::RowPtr> rows) {
  Reply reply = begin_reply(services, outcome.revision);
  const std::size_t room = services.room_for_answer();
  if (!append_txn(request, outcome, rows, room, reply.tail())) {
    return call->fail(answer_too_large(room + 1, room));
  }
  call->send(std::move(reply));
}

// `request` must outlive the fetching of rows, which only transactions with reads need.
void answer_txn(Services& services, const CallPtr& call, const TxnRequest& request,
                mvcc::TxnOutcome outcome) {
  RowsByNumber rows{rows_of(outcome)};
  if (rows.to_fetch().empty()) return send_txn(services, call, request, outcome, {});
  const auto to_fetch = rows.to_fetch();
  services.replica.fetch_rows(to_fetch,
                              [&services, call, request = request, outcome = std::move(outcome),
                               rows = std::move(rows)](Result<std::vector<mvcc::RowPtr>> fetched) {
                                if (!fetched) return call->fail(fetched.error());
                                send_txn(services, call, request, outcome, rows.arrange(*fetched));
                              });
}

// How many rows the answers to these operations name at most, about. Counting stops at `most`.
std::size_t count_rows(const google::protobuf::RepeatedPtrField<etcdserverpb::RequestOp>& ops,
                       const mvcc::KeyIndex& index, std::size_t most) {
  std::size_t rows = 0;
  for (const auto& op : ops) {
    if (rows > most) break;
    if (op.has_request_range() && !op.request_range().count_only()) {
      const auto range = replica::to_op(op.request_range());
      const auto found =
          range.at.value() > 0 ? index.count_at(range.range, range.at) : index.count(range.range);
      const bool is_cut = range.limit > 0 && !mvcc::needs_all_rows(range);
      rows += static_cast<std::size_t>(is_cut ? std::min(found, range.limit) : found);
    } else if (op.has_request_txn()) {
      rows += std::max(count_rows(op.request_txn().success(), index, most),
                       count_rows(op.request_txn().failure(), index, most));
    }
  }
  return rows;
}

// A small transaction may ask for all there is thousands of times: looked at before it is proposed,
// since applying it must not be where memory ends.
bool has_room_for(const Services& services, const TxnRequest& request) {
  constexpr std::size_t kRowBytesMin = 32;  // in an answer, and of a row's name before
  const std::size_t most = services.room_for_answer() / kRowBytesMin;
  const auto& index = services.replica.table().index();
  return std::max(count_rows(request.success(), index, most),
                  count_rows(request.failure(), index, most)) <= most;
}

// A transaction that only reads needs no entry in the log. It may compare values that are only in
// the file, and be asked to wait for the leader's word.
class ReadOnlyTxn : public net::Counted<ReadOnlyTxn> {
 public:
  ReadOnlyTxn(Services& services, CallPtr call, TxnRequest request)
      : services_{services},
        call_{std::move(call)},
        request_{std::move(request)},
        op_{replica::to_op(request_)} {}

  void start() {
    if (is_serializable(request_)) return run();
    services_.replica.confirm_read([self = boost::intrusive_ptr<ReadOnlyTxn>{this}](Status status) {
      if (!status) return self->call_->fail(status.error());
      self->run();
    });
  }

 private:
  void run() {
    if (!is_permitted()) return;
    services_.replica.read_txn(
        op_, [self = boost::intrusive_ptr<ReadOnlyTxn>{this}](Result<mvcc::TxnOutcome> outcome) {
          if (!outcome) return self->call_->fail(outcome.error());
          // Again: the outcome is of a later state when rows had to be fetched for it.
          if (!self->is_permitted()) return;
          answer_txn(self->services_, self->call_, self->request_, std::move(*outcome));
        });
  }

  // The call has failed when not.
  bool is_permitted() {
    const Status permitted = check_caller(services_, *call_, [&](const auto& may, const auto& who) {
      return may.txn(who, request_);
    });
    if (!permitted) call_->fail(permitted.error());
    return permitted.has_value();
  }

  Services& services_;
  CallPtr call_;
  TxnRequest request_;
  mvcc::TxnOp op_;  // views into the request
};

}  // namespace

void kv_put(Services& services, const CallPtr& call, std::string_view message) {
  replica::PutView request;
  if (!replica::parse_put(message, request)) return call->fail(unmarshal_error());
  if (const Status status = check(request); !status) return call->fail(status.error());
  propose(services, call, request, message,
          [&services, call](const Command&, Result<Applied> applied) {
            if (!applied) return call->fail(applied.error());
            answer_put(services, call, *applied);
          });
}

void kv_delete_range(Services& services, const CallPtr& call, std::string_view message) {
  DeleteRangeRequest request;
  if (!parse_or_fail(message, *call, request)) return;
  if (const Status status = check(request); !status) return call->fail(status.error());
  propose(services, call, std::move(request), message,
          [&services, call](const Command&, Result<Applied> applied) {
            if (!applied) return call->fail(applied.error());
            answer_delete(services, call, std::move(*applied));
          });
}

void kv_txn(Services& services, const CallPtr& call, std::string_view message) {
  TxnRequest request;
  if (!parse_or_fail(message, *call, request)) return;
  if (const Status status = check(request, services.limits.txn_ops_max); !status) {
    return call->fail(status.error());
  }
  if (!has_room_for(services, request)) return call->fail(too_many_requests());
  if (is_read_only(request)) {
    boost::intrusive_ptr<ReadOnlyTxn> txn{new ReadOnlyTxn{services, call, std::move(request)}};
    return txn->start();
  }
  propose(services, call, std::move(request), message,
          [&services, call](const Command& command, Result<Applied> applied) {
            if (!applied) return call->fail(applied.error());
            answer_txn(services, call, std::get<TxnRequest>(command.request),
                       std::get<mvcc::TxnOutcome>(std::move(applied->outcome)));
          });
}

void kv_compact(Services& services, const CallPtr& call, std::string_view message) {
  CompactionRequest request;
  if (!parse_or_fail(message, *call, request)) return;
  if (!permit(services, *call, auth::Action::compact)) return;
  propose(services, call, std::move(request), message,
          [&services, call](const Command& command, Result<Applied> applied) {
            if (!applied) return call->fail(applied.error());
            const auto answer = [&services, call, revision = applied->revision] {
              call->send(begin_reply(services, revision));
            };
            if (!std::get<CompactionRequest>(command.request).physical()) return answer();
            services.replica.when_compacted(answer);
          });
}

}  // namespace quorate::api
