#include "server/replica/space.h"

#include <algorithm>

namespace quorate::replica {
namespace {

using etcdserverpb::CompactionRequest;
using etcdserverpb::DeleteRangeRequest;
using etcdserverpb::LeaseGrantRequest;
using etcdserverpb::LeaseRevokeRequest;
using etcdserverpb::TxnRequest;

// etcd's guesses of what a row and a lease take beside key and value.
constexpr std::uint64_t kPutBytes = 256;
constexpr std::uint64_t kLeaseBytes = 64;

using Ops = google::protobuf::RepeatedPtrField<etcdserverpb::RequestOp>;

std::uint64_t cost_of(const TxnRequest& txn);

std::uint64_t cost_of(const Ops& ops) {
  std::uint64_t cost = 0;
  for (const auto& op : ops) {
    if (op.has_request_put()) {
      cost += kPutBytes + op.request_put().key().size() + op.request_put().value().size();
    } else if (op.has_request_txn()) {
      cost += cost_of(op.request_txn());
    }
  }
  return cost;
}

std::uint64_t cost_of(const TxnRequest& txn) {
  return std::max(cost_of(txn.success()), cost_of(txn.failure()));
}

bool has_put(const Ops& ops) {
  return std::any_of(ops.begin(), ops.end(), [](const auto& op) { return op.has_request_put(); });
}

}  // namespace

std::uint64_t space_cost(const Request& request) {
  if (const auto* put = std::get_if<PutView>(&request)) {
    return kPutBytes + put->key.size() + put->value.size();
  }
  if (const auto* txn = std::get_if<TxnRequest>(&request)) return cost_of(*txn);
  return std::holds_alternative<LeaseGrantRequest>(request) ? kLeaseBytes : 0;
}

// Members of 3.5 and older let puts of inner transactions pass here, so the others beside them must
// too, or states would differ. They are refused where they come in.
bool needs_space(const Request& request) {
  if (const auto* txn = std::get_if<TxnRequest>(&request)) {
    return has_put(txn->success()) || has_put(txn->failure());
  }
  return std::holds_alternative<PutView>(request) ||
         std::holds_alternative<LeaseGrantRequest>(request);
}

bool needs_soundness(const Request& request) {
  return std::holds_alternative<PutView>(request) ||
         std::holds_alternative<DeleteRangeRequest>(request) ||
         std::holds_alternative<TxnRequest>(request) ||
         std::holds_alternative<CompactionRequest>(request) ||
         std::holds_alternative<LeaseGrantRequest>(request) ||
         std::holds_alternative<LeaseRevokeRequest>(request);
}

}  // namespace quorate::replica
