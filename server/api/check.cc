#include "server/api/check.h"

#include <algorithm>

#include "server/api/txn_overlap.h"

namespace quorate::api {
namespace {

Error refuse(const char* text) {
  return {Code::invalid_argument, std::string{"etcdserver: "} + text};
}

Error no_key() {
  return refuse("key is not provided");
}

replica::PutView view_of(const etcdserverpb::PutRequest& put) {
  return {put.key(),     put.value(),        LeaseId{put.lease()},
          put.prev_kv(), put.ignore_value(), put.ignore_lease()};
}

Status check_structure(const etcdserverpb::TxnRequest& request, int ops_max);

Status check_op(const etcdserverpb::RequestOp& op, int ops_max) {
  switch (op.request_case()) {
    case etcdserverpb::RequestOp::kRequestRange:
      return check(op.request_range());
    case etcdserverpb::RequestOp::kRequestPut:
      return check(view_of(op.request_put()));
    case etcdserverpb::RequestOp::kRequestDeleteRange:
      return check(op.request_delete_range());
    case etcdserverpb::RequestOp::kRequestTxn:
      return check_structure(op.request_txn(), ops_max);
    case etcdserverpb::RequestOp::REQUEST_NOT_SET:
      break;
  }
  return refuse("key not found");
}

Status check_structure(const etcdserverpb::TxnRequest& request, int ops_max) {
  const int most =
      std::max({request.compare_size(), request.success_size(), request.failure_size()});
  if (most > ops_max) return refuse("too many operations in txn request");
  for (const auto& compare : request.compare()) {
    if (compare.key().empty()) return no_key();
  }
  for (const auto* branch : {&request.success(), &request.failure()}) {
    for (const auto& op : *branch) {
      if (Status status = check_op(op, ops_max - most); !status) return status;
    }
  }
  return {};
}

template <class Predicate>
bool all_ranges(const etcdserverpb::TxnRequest& request, Predicate predicate) {
  const auto holds = [&](const etcdserverpb::RequestOp& op) {
    return op.has_request_range() && predicate(op.request_range());
  };
  return std::all_of(request.success().begin(), request.success().end(), holds) &&
         std::all_of(request.failure().begin(), request.failure().end(), holds);
}

}  // namespace

Status check(const etcdserverpb::RangeRequest& request) {
  if (request.key().empty()) return no_key();
  // Unknown orders are accepted, as before 3.6; an unknown target has no answer.
  if (!etcdserverpb::RangeRequest::SortTarget_IsValid(request.sort_target())) {
    return refuse("invalid sort option");
  }
  return {};
}

Status check(const replica::PutView& request) {
  if (request.key.empty()) return no_key();
  if (request.ignore_value && !request.value.empty()) return refuse("value is provided");
  if (request.ignore_lease && request.lease != LeaseId{}) return refuse("lease is provided");
  return {};
}

Status check(const etcdserverpb::DeleteRangeRequest& request) {
  if (request.key().empty()) return no_key();
  return {};
}

Status check(const etcdserverpb::TxnRequest& request, int ops_max) {
  if (Status status = check_structure(request, ops_max); !status) return status;
  if (has_overlap(request)) return refuse("duplicate key given in txn request");
  return {};
}

Status check_stream(const etcdserverpb::RangeRequest& request) {
  if (Status status = check(request); !status) return status;
  if (request.sort_order() != etcdserverpb::RangeRequest::NONE ||
      request.sort_target() != etcdserverpb::RangeRequest::KEY) {
    return Error{Code::unimplemented, "RangeStream does not support custom sort orders"};
  }
  if (request.min_mod_revision() != 0 || request.max_mod_revision() != 0 ||
      request.min_create_revision() != 0 || request.max_create_revision() != 0) {
    return Error{Code::unimplemented, "RangeStream does not support revision filters"};
  }
  return {};
}

bool is_read_only(const etcdserverpb::TxnRequest& request) {
  return all_ranges(request, [](const auto&) { return true; });
}

bool is_serializable(const etcdserverpb::TxnRequest& request) {
  return all_ranges(request, [](const auto& range) { return range.serializable(); });
}

}  // namespace quorate::api
