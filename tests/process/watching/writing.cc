#include "tests/process/watching/writing.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <set>

#include "common/ensure.h"
#include "common/grpc/stub.h"

namespace quorate::test {
namespace {

using namespace std::chrono_literals;
using etcdserverpb::CompactionRequest;
using etcdserverpb::CompactionResponse;
using etcdserverpb::DeleteRangeRequest;
using etcdserverpb::DeleteRangeResponse;
using etcdserverpb::PutRequest;
using etcdserverpb::PutResponse;
using etcdserverpb::RangeRequest;
using etcdserverpb::RangeResponse;
using etcdserverpb::TxnRequest;
using etcdserverpb::TxnResponse;

constexpr std::size_t kWriters = 6;
constexpr std::uint64_t kKeys = 12;
constexpr std::uint64_t kOpsMax = 5;

grpc::ChannelOptions channel_options(const std::string& endpoint) {
  grpc::ChannelOptions out;
  out.endpoints = {endpoint};
  out.backoff_first = 2ms;
  out.backoff_max = 20ms;
  return out;
}

std::vector<Change> changes_of(const DeleteRangeResponse& response) {
  std::vector<Change> changes;
  for (const auto& kv : response.prev_kvs()) changes.push_back({true, kv.key()});
  return changes;
}

// Requires: what differs between the two was changed in the revision of `after`.
std::vector<Change> changes_between(const RangeResponse& before, const RangeResponse& after,
                                    std::int64_t revision) {
  std::vector<Change> changes;
  std::set<std::string> left;
  for (const auto& kv : after.kvs()) {
    left.insert(kv.key());
    if (kv.mod_revision() == revision) changes.push_back({false, kv.key(), kv.value()});
  }
  for (const auto& kv : before.kvs()) {
    if (!left.contains(kv.key())) changes.push_back({true, kv.key()});
  }
  return changes;
}

}  // namespace

Writers::Writers(EventLoop& loop, const std::string& endpoint, History& history, Rng rng)
    : loop_{loop},
      history_{history},
      rng_{rng},
      channel_{loop, channel_options(endpoint), rng_.fork()},
      calls_(kWriters) {}

void Writers::start(std::uint64_t writes) {
  left_ = writes;
  for (std::size_t slot = 0; slot < kWriters; ++slot) next(slot);
}

void Writers::abandon() {
  left_ = 0;
  for (auto& call : calls_) call = {};
  under_way_ = 0;
}

void Writers::next(std::size_t slot) {
  if (left_ == 0) return;
  --left_;
  const std::uint64_t dice = rng_.below(100);
  if (dice < 55) return put(slot);
  if (dice < 75) return remove(slot);
  if (dice < 99) return txn(slot);
  compact(slot);
}

template <class Response, class Request, class Take>
void Writers::call(std::size_t slot, const char* method, const Request& request, Take take) {
  ++under_way_;
  calls_[slot] = grpc::start_unary<Response>(
      channel_, method, request, {},
      Callback<void(Result<Response>)>{[this, slot, take](const Result<Response>& answer) {
        --under_way_;
        if (answer) {
          ++answered_;
          take(*answer);
        }
        next(slot);
      }});
}

void Writers::answered_at(std::int64_t revision, std::vector<Change> changes) {
  newest_ = std::max(newest_, revision);
  if (!changes.empty()) history_.record(revision, std::move(changes), History::Order::known);
}

std::string Writers::random_key() {
  return "k/" + std::string(1, static_cast<char>('a' + rng_.below(kKeys)));
}

// Each only once; some long enough for clients to feel them.
std::string Writers::random_value() {
  std::string value = std::to_string(++value_number_);
  const bool is_long = rng_.chance(1, 10);
  value.append(static_cast<std::size_t>(rng_.below(is_long ? 15'000 : 100)), '.');
  return value;
}

void Writers::put(std::size_t slot) {
  PutRequest request;
  request.set_key(random_key());
  request.set_value(random_value());
  const Change change{false, request.key(), request.value()};
  call<PutResponse>(slot, "/etcdserverpb.KV/Put", request, [this, change](const PutResponse& put) {
    answered_at(put.header().revision(), {change});
  });
}

void Writers::remove(std::size_t slot) {
  DeleteRangeRequest request;
  request.set_key(random_key());
  if (rng_.chance(1, 3)) request.set_range_end(random_key());
  request.set_prev_kv(true);
  call<DeleteRangeResponse>(slot, "/etcdserverpb.KV/DeleteRange", request,
                            [this](const DeleteRangeResponse& removed) {
                              answered_at(removed.header().revision(), changes_of(removed));
                            });
}

// A key is put or removed once at most, which is all that a transaction may do.
void Writers::txn(std::size_t slot) {
  TxnRequest request;
  std::set<std::string> keys;
  for (std::uint64_t count = rng_.between(1, kOpsMax); keys.size() < count;) {
    const std::string key = random_key();
    if (!keys.insert(key).second) continue;
    auto* op = request.add_success();
    if (rng_.chance(1, 3)) {
      op->mutable_request_delete_range()->set_key(key);
      op->mutable_request_delete_range()->set_prev_kv(true);
    } else {
      op->mutable_request_put()->set_key(key);
      op->mutable_request_put()->set_value(random_value());
    }
  }
  call<TxnResponse>(slot, "/etcdserverpb.KV/Txn", request, [this, request](const TxnResponse& txn) {
    std::vector<Change> changes;
    for (int i = 0; i < request.success_size(); ++i) {
      const auto& op = request.success(i);
      if (op.has_request_put()) {
        changes.push_back({false, op.request_put().key(), op.request_put().value()});
      } else {
        for (Change& each : changes_of(txn.responses(i).response_delete_range())) {
          changes.push_back(std::move(each));
        }
      }
    }
    answered_at(txn.header().revision(), std::move(changes));
  });
}

// Never what has yet to be read.
void Writers::compact(std::size_t slot) {
  const std::int64_t known = history_.known_until();
  const auto back = static_cast<std::int64_t>(rng_.below(300));
  if (known - back <= std::max<std::int64_t>(compacted_, 1)) return put(slot);
  CompactionRequest request;
  compacted_ = known - back;
  request.set_revision(compacted_);
  call<CompactionResponse>(slot, "/etcdserverpb.KV/Compact", request,
                           [](const CompactionResponse&) {});
}

RangeResponse Writers::read_all(std::int64_t revision) {
  RangeRequest request;
  request.set_key(std::string(1, '\0'));
  request.set_range_end(std::string(1, '\0'));
  request.set_revision(revision);
  grpc::CallOptions options;
  options.deadline = std::chrono::steady_clock::now() + 30s;
  for (;;) {
    const auto answer =
        grpc::call_unary<RangeResponse>(channel_, "/etcdserverpb.KV/Range", request, options);
    if (answer) return *answer;
    // The first call may find the connection to the server that was killed.
    if (answer.error().code == Code::unavailable) continue;
    std::fprintf(stderr, "range: %s\n", answer.error().message.c_str());
    std::exit(1);
  }
}

void Writers::fill_gaps() {
  ENSURE(is_idle());
  newest_ = read_all(0).header().revision();
  while (history_.known_until() < newest_) {
    const std::int64_t revision = history_.known_until() + 1;
    history_.record(revision, changes_between(read_all(revision - 1), read_all(revision), revision),
                    History::Order::unknown);
  }
}

}  // namespace quorate::test
