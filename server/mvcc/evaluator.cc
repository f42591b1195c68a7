#include "server/mvcc/evaluator.h"

#include <compare>

#include "server/mvcc/table.h"

namespace quorate::mvcc {
namespace {

bool satisfies(std::strong_ordering order, CompareResult result) {
  switch (result) {
    case CompareResult::equal:
      return order == 0;
    case CompareResult::not_equal:
      return order != 0;
    case CompareResult::greater:
      return order > 0;
    case CompareResult::less:
      return order < 0;
    case CompareResult::unknown:
      break;
  }
  return true;  // as etcd does
}

}  // namespace

TxnPath Evaluator::path(const TxnOp& op) const {
  TxnPath path;
  walk(op, path);
  return path;
}

void Evaluator::walk(const TxnOp& op, TxnPath& path) const {
  bool succeeds = true;
  for (const Compare& compare : op.compares) succeeds = succeeds && holds(compare);
  path.push_back(succeeds);
  for (const Op& nested : succeeds ? op.success : op.failure) {
    if (const auto* txn = std::get_if<std::unique_ptr<TxnOp>>(&nested)) walk(**txn, path);
  }
}

bool Evaluator::holds(const Compare& compare) const {
  bool is_empty = true;
  bool all_hold = true;
  index_.visit(compare.range, newest_, [&](const Found& found) {
    is_empty = false;
    all_hold = holds_for(compare, found.key, found.row);
    return all_hold ? KeyIndex::Visit::go_on : KeyIndex::Visit::stop;
  });
  if (!is_empty) return all_hold;
  // A value that is not there equals nothing, not even the empty one.
  if (compare.target == CompareTarget::value) return false;
  if (compare.target == CompareTarget::unknown)
    return satisfies(std::strong_ordering::equal, compare.result);
  return satisfies(0 <=> compare.number, compare.result);
}

bool Evaluator::holds_for(const Compare& compare, std::string_view key, RowNumber number) const {
  std::int64_t actual = 0;
  switch (compare.target) {
    case CompareTarget::value:
      return satisfies(row_(number)->value() <=> compare.value, compare.result);
    case CompareTarget::lease:
      actual = row_(number)->lease().value();
      break;
    case CompareTarget::version:
      actual = index_.find(key)->version;
      break;
    case CompareTarget::create:
      actual = index_.find(key)->create_revision.value();
      break;
    case CompareTarget::mod:
      actual = index_.find(key)->mod_revision.value();
      break;
    case CompareTarget::unknown:
      return satisfies(std::strong_ordering::equal, compare.result);
  }
  return satisfies(actual <=> compare.number, compare.result);
}

Status Evaluator::check(const TxnOp& op, const TxnPath& path) const {
  std::size_t at = 0;
  if (Status puts = check_ops(op, path, at, Checked::puts); !puts) return puts;
  at = 0;
  return check_ops(op, path, at, Checked::ranges);
}

Status Evaluator::check_ops(const TxnOp& op, const TxnPath& path, std::size_t& at,
                            Checked what) const {
  for (const Op& each : path[at++] ? op.success : op.failure) {
    Status status;
    if (const auto* txn = std::get_if<std::unique_ptr<TxnOp>>(&each)) {
      status = check_ops(**txn, path, at, what);
    } else if (const auto* put = std::get_if<PutOp>(&each);
               put != nullptr && what == Checked::puts) {
      status = check(*put);
    } else if (const auto* range = std::get_if<RangeOp>(&each);
               range != nullptr && what == Checked::ranges) {
      status = check_range(*range);
    }
    if (!status) return status;
  }
  return {};
}

Status Evaluator::check(const PutOp& op) const {
  if ((op.keeps_value || op.keeps_lease) && !index_.find(op.key)) return key_not_found_error();
  if (op.lease != LeaseId{} && !leases_.exists(op.lease)) return lease_not_found_error();
  return {};
}

// Stricter than a read of its own: a revision below zero is older than a store that was never
// compacted, whose compacted revision counts as -1 (as etcd does).
Status Evaluator::check_range(const RangeOp& op) const {
  if (op.at == Revision{}) return {};
  if (op.at > newest_) return future_revision_error();
  if (op.at < compacted_) return compacted_error();
  return {};
}

}  // namespace quorate::mvcc
