#include "server/replica/translate.h"

namespace quorate::replica {
namespace {

using etcdserverpb::RangeRequest;

mvcc::SortOrder to_order(RangeRequest::SortOrder order) {
  switch (order) {
    case RangeRequest::NONE:
      return mvcc::SortOrder::none;
    case RangeRequest::DESCEND:
      return mvcc::SortOrder::descend;
    default:
      return mvcc::SortOrder::ascend;  // 3.4 and 3.5 sort ascending for unknown numbers
  }
}

mvcc::SortTarget to_target(RangeRequest::SortTarget target) {
  switch (target) {
    case RangeRequest::VERSION:
      return mvcc::SortTarget::version;
    case RangeRequest::CREATE:
      return mvcc::SortTarget::create;
    case RangeRequest::MOD:
      return mvcc::SortTarget::mod;
    case RangeRequest::VALUE:
      return mvcc::SortTarget::value;
    default:
      return mvcc::SortTarget::key;
  }
}

mvcc::CompareResult to_result(etcdserverpb::Compare::CompareResult result) {
  switch (result) {
    case etcdserverpb::Compare::EQUAL:
      return mvcc::CompareResult::equal;
    case etcdserverpb::Compare::GREATER:
      return mvcc::CompareResult::greater;
    case etcdserverpb::Compare::LESS:
      return mvcc::CompareResult::less;
    case etcdserverpb::Compare::NOT_EQUAL:
      return mvcc::CompareResult::not_equal;
    default:
      return mvcc::CompareResult::unknown;
  }
}

// A number or value given for another target counts as zero or empty, as etcd reads it.
mvcc::Compare to_compare(const etcdserverpb::Compare& compare) {
  mvcc::Compare out{mvcc::KeyRange::of(compare.key(), compare.range_end()),
                    mvcc::CompareTarget::unknown,
                    to_result(compare.result()),
                    0,
                    {}};
  switch (compare.target()) {
    case etcdserverpb::Compare::VERSION:
      out.target = mvcc::CompareTarget::version;
      out.number = compare.version();
      break;
    case etcdserverpb::Compare::CREATE:
      out.target = mvcc::CompareTarget::create;
      out.number = compare.create_revision();
      break;
    case etcdserverpb::Compare::MOD:
      out.target = mvcc::CompareTarget::mod;
      out.number = compare.mod_revision();
      break;
    case etcdserverpb::Compare::VALUE:
      out.target = mvcc::CompareTarget::value;
      out.value = compare.value();
      break;
    case etcdserverpb::Compare::LEASE:
      out.target = mvcc::CompareTarget::lease;
      out.number = compare.lease();
      break;
    default:
      break;
  }
  return out;
}

mvcc::Op to_any_op(const etcdserverpb::RequestOp& op) {
  switch (op.request_case()) {
    case etcdserverpb::RequestOp::kRequestPut:
      return to_op(op.request_put());
    case etcdserverpb::RequestOp::kRequestDeleteRange:
      return to_op(op.request_delete_range());
    case etcdserverpb::RequestOp::kRequestTxn:
      return std::make_unique<mvcc::TxnOp>(to_op(op.request_txn()));
    default:
      return to_op(op.request_range());
  }
}

}  // namespace

mvcc::RangeOp to_op(const RangeRequest& request) {
  mvcc::RangeOp op;
  op.range = mvcc::KeyRange::of(request.key(), request.range_end());
  op.at = Revision{request.revision()};
  op.limit = request.limit();
  op.order = to_order(request.sort_order());
  op.target = to_target(request.sort_target());
  op.min_mod = Revision{request.min_mod_revision()};
  op.max_mod = Revision{request.max_mod_revision()};
  op.min_create = Revision{request.min_create_revision()};
  op.max_create = Revision{request.max_create_revision()};
  op.is_count_only = request.count_only();
  return op;
}

mvcc::PutOp to_op(const PutView& request) {
  mvcc::PutOp op;
  op.key = request.key;
  op.value = request.value;
  op.lease = request.lease;
  op.keeps_value = request.ignore_value;
  op.keeps_lease = request.ignore_lease;
  op.wants_previous = request.prev_kv;
  return op;
}

mvcc::PutOp to_op(const etcdserverpb::PutRequest& request) {
  mvcc::PutOp op;
  op.key = request.key();
  op.value = request.value();
  op.lease = LeaseId{request.lease()};
  op.keeps_value = request.ignore_value();
  op.keeps_lease = request.ignore_lease();
  op.wants_previous = request.prev_kv();
  return op;
}

mvcc::DeleteOp to_op(const etcdserverpb::DeleteRangeRequest& request) {
  return {mvcc::KeyRange::of(request.key(), request.range_end()), request.prev_kv()};
}

mvcc::TxnOp to_op(const etcdserverpb::TxnRequest& request) {
  mvcc::TxnOp op;
  op.compares.reserve(static_cast<std::size_t>(request.compare_size()));
  for (const auto& each : request.compare()) op.compares.push_back(to_compare(each));
  op.success.reserve(static_cast<std::size_t>(request.success_size()));
  for (const auto& each : request.success()) op.success.push_back(to_any_op(each));
  op.failure.reserve(static_cast<std::size_t>(request.failure_size()));
  for (const auto& each : request.failure()) op.failure.push_back(to_any_op(each));
  return op;
}

}  // namespace quorate::replica
