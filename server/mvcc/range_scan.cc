#include "server/mvcc/range_scan.h"

#include <algorithm>
#include <limits>

namespace quorate::mvcc {
namespace {

bool is_filtered(const RangeOp& op) {
  return op.min_mod != Revision{} || op.max_mod != Revision{} || op.min_create != Revision{} ||
         op.max_create != Revision{};
}

// Without filters, keys in their own order can be cut while walking.
bool is_key_ordered(const RangeOp& op) {
  return op.order == SortOrder::none || op.target == SortTarget::key;
}

// Tells whether there is more than was asked for.
std::int64_t one_more(std::int64_t limit) {
  return std::min(limit, std::numeric_limits<std::int64_t>::max() - 1) + 1;
}

}  // namespace

bool needs_all_rows(const RangeOp& op) {
  return is_filtered(op) || !is_key_ordered(op);
}

RangeScan::RangeScan(const RangeOp& op, Revision at, Revision newest)
    : shape_{op.range.shape()},
      begin_{op.range.begin_key()},
      end_{shape_ == KeyRange::Shape::bounded ? op.range.end_key() : std::string_view{}},
      at_{at},
      min_mod_{op.min_mod},
      max_mod_{op.max_mod},
      limit_{op.limit > 0 && !needs_all_rows(op) ? one_more(op.limit) : -1},
      is_newest_{at == newest},
      is_descending_{op.order == SortOrder::descend && op.target == SortTarget::key} {
  if (op.is_count_only) limit_ = 0;
}

KeyRange RangeScan::rest() const {
  switch (shape_) {
    case KeyRange::Shape::single:
      return KeyRange::single(begin_);
    case KeyRange::Shape::bounded:
      return KeyRange::bounded(begin_, end_);
    case KeyRange::Shape::open:
      break;
  }
  return KeyRange::from(begin_);
}

bool RangeScan::advance(const KeyIndex& index, std::size_t keys_max, std::vector<RowNumber>& rows) {
  if (!is_started_) {
    is_started_ = true;
    // The tree knows how many keys live now; of the past only a walk can tell.
    if (is_newest_) {
      count_ = index.count(rest());
      is_counted_ = true;
    }
  }
  if (is_counted_ && limit_ == 0) return true;
  std::size_t visited = 0;
  bool is_cut = false;
  std::string last;
  const auto visitor = [&](const Found& found) {
    take(found, rows);
    is_cut = is_counted_ && limit_ == 0;
    if (is_cut || ++visited < keys_max)
      return is_cut ? KeyIndex::Visit::stop : KeyIndex::Visit::go_on;
    last.assign(found.key);
    return KeyIndex::Visit::stop;
  };
  if (is_descending_) {
    index.visit_back(rest(), at_, visitor);
  } else {
    index.visit(rest(), at_, visitor);
  }
  if (is_cut || visited < keys_max) return true;
  move_past(last);
  return false;
}

void RangeScan::take(const Found& found, std::vector<RowNumber>& rows) {
  if (!is_counted_) ++count_;
  if (limit_ == 0) return;
  if (min_mod_ != Revision{} && found.mod_revision < min_mod_) return;
  if (max_mod_ != Revision{} && found.mod_revision > max_mod_) return;
  rows.push_back(found.row);
  if (limit_ > 0) --limit_;
}

void RangeScan::move_past(std::string_view key) {
  if (!is_descending_) {
    begin_.assign(key).push_back('\0');  // the next key there can be
    if (shape_ == KeyRange::Shape::single) shape_ = KeyRange::Shape::bounded;
    return;
  }
  end_.assign(key);
  shape_ = KeyRange::Shape::bounded;
}

}  // namespace quorate::mvcc
