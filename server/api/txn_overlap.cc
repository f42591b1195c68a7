#include "server/api/txn_overlap.h"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "proto/rpc.pb.h"

namespace quorate::api {
namespace {

// A union of half-open intervals, kept disjoint: a point is found in O(log n).
class IntervalSet {
 public:
  void add(std::string_view begin, std::string_view end) {
    if (end <= begin) return;
    std::string from{begin};
    std::string to{end};
    auto next = parts_.upper_bound(from);
    if (next != parts_.begin() && std::prev(next)->second >= from) {
      --next;
      from = next->first;
    }
    while (next != parts_.end() && next->first <= to) {
      to = std::max(to, next->second);
      next = parts_.erase(next);
    }
    parts_.emplace(std::move(from), std::move(to));
  }
  void add(const IntervalSet& other) {
    for (const auto& [from, to] : other.parts_) add(from, to);
  }
  [[nodiscard]] bool contains(std::string_view point) const {
    const auto next = parts_.upper_bound(point);
    return next != parts_.begin() && point < std::prev(next)->second;
  }
  [[nodiscard]] std::size_t size() const { return parts_.size(); }

 private:
  std::map<std::string, std::string, std::less<>> parts_;  // begin -> end
};

// Ordered, since a hash of keys that clients choose could be made to collide.
using Keys = std::set<std::string_view>;

struct Changes {
  Keys puts;
  IntervalSet deletes;
};

using Ops = google::protobuf::RepeatedPtrField<etcdserverpb::RequestOp>;

bool collect(const Ops& ops, Changes& out);

void collect_deletes(const Ops& ops, Changes& out) {
  for (const auto& op : ops) {
    if (!op.has_request_delete_range()) continue;
    const auto& range = op.request_delete_range();
    if (range.range_end().empty()) {
      out.deletes.add(range.key(), range.key() + '\0');
    } else {
      out.deletes.add(range.key(), range.range_end());
    }
  }
}

// `except`: keys that may be there already, being put by the other branch.
bool merge_puts(const Keys& puts, const Keys& except, Changes& out) {
  for (const auto key : puts) {
    if (out.deletes.contains(key)) return false;
    if (!out.puts.insert(key).second && !except.contains(key)) return false;
  }
  return true;
}

bool collect_nested(const Ops& ops, Changes& out) {
  for (const auto& op : ops) {
    if (!op.has_request_txn()) continue;
    Changes then;
    Changes otherwise;
    if (!collect(op.request_txn().success(), then)) return false;
    if (!collect(op.request_txn().failure(), otherwise)) return false;
    if (!merge_puts(then.puts, {}, out)) return false;
    if (!merge_puts(otherwise.puts, then.puts, out)) return false;
    out.deletes.add(then.deletes);
    out.deletes.add(otherwise.deletes);
  }
  return true;
}

// False when the list changes a key twice. Deletes of this list count against puts of nested
// transactions; those of nested ones against the ones after them and against this list's puts.
bool collect(const Ops& ops, Changes& out) {
  collect_deletes(ops, out);
  if (!collect_nested(ops, out)) return false;
  for (const auto& op : ops) {
    if (!op.has_request_put()) continue;
    const std::string_view key = op.request_put().key();
    if (out.deletes.contains(key) || !out.puts.insert(key).second) return false;
  }
  return true;
}

}  // namespace

bool has_overlap(const etcdserverpb::TxnRequest& request) {
  Changes then;
  Changes otherwise;
  return !collect(request.success(), then) || !collect(request.failure(), otherwise);
}

}  // namespace quorate::api
