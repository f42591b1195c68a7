#include "server/mvcc/arrange.h"

#include <algorithm>

#include "server/mvcc/range_scan.h"

namespace quorate::mvcc {
namespace {

bool is_within(Revision revision, Revision least, Revision most) {
  if (least != Revision{} && revision < least) return false;
  return most == Revision{} || revision <= most;
}

void sort(SortTarget target, bool descends, std::vector<RowPtr>& rows) {
  const auto order = [&](auto&& field) {
    std::stable_sort(rows.begin(), rows.end(), [&](const RowPtr& a, const RowPtr& b) {
      return descends ? field(*b) < field(*a) : field(*a) < field(*b);
    });
  };
  switch (target) {
    case SortTarget::key:
      order([](const Row& row) { return row.key(); });
      break;
    case SortTarget::version:
      order([](const Row& row) { return row.version(); });
      break;
    case SortTarget::create:
      order([](const Row& row) { return row.create_revision(); });
      break;
    case SortTarget::mod:
      order([](const Row& row) { return row.mod_revision(); });
      break;
    case SortTarget::value:
      order([](const Row& row) { return row.value(); });
      break;
  }
}

}  // namespace

bool arrange(const RangeOp& op, std::vector<RowPtr>& rows) {
  if (needs_all_rows(op)) {
    std::erase_if(rows, [&](const RowPtr& row) {
      return !is_within(row->mod_revision(), op.min_mod, op.max_mod) ||
             !is_within(row->create_revision(), op.min_create, op.max_create);
    });
  }
  // Any target but the key sorts, even without an order: ascending (as etcd does).
  if (op.target != SortTarget::key || op.order == SortOrder::descend) {
    sort(op.target, op.order == SortOrder::descend, rows);
  }
  if (op.limit <= 0 || rows.size() <= static_cast<std::size_t>(op.limit)) return false;
  rows.resize(static_cast<std::size_t>(op.limit));
  return true;
}

}  // namespace quorate::mvcc
