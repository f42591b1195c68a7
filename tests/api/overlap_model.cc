#include "tests/api/overlap_model.h"

#include <set>

namespace quorate::api::testing {
namespace {

using Ops = google::protobuf::RepeatedPtrField<etcdserverpb::RequestOp>;

struct Touched {
  std::set<std::string> put;
  std::set<std::string> deleted;
};

std::set<std::string> keys_of(const etcdserverpb::DeleteRangeRequest& range) {
  std::set<std::string> keys;
  for (const auto& key : model_keys()) {
    const bool is_in = range.range_end().empty() ? key == range.key()
                                                 : key >= range.key() && key < range.range_end();
    if (is_in) keys.insert(key);
  }
  return keys;
}

// The order is etcd's: what a list deletes counts from its beginning, nested transactions come one
// after the other, the list's own puts last.
bool touch(const Ops& ops, Touched& out) {
  for (const auto& op : ops) {
    if (op.has_request_delete_range()) out.deleted.merge(keys_of(op.request_delete_range()));
  }
  for (const auto& op : ops) {
    if (!op.has_request_txn()) continue;
    Touched then;
    Touched otherwise;
    if (!touch(op.request_txn().success(), then)) return false;
    if (!touch(op.request_txn().failure(), otherwise)) return false;
    std::set<std::string> either = then.put;
    either.insert(otherwise.put.begin(), otherwise.put.end());
    for (const auto& key : either) {
      if (out.deleted.contains(key) || out.put.contains(key)) return false;
    }
    out.put.merge(either);
    out.deleted.merge(then.deleted);
    out.deleted.merge(otherwise.deleted);
  }
  for (const auto& op : ops) {
    if (!op.has_request_put()) continue;
    const auto& key = op.request_put().key();
    if (out.deleted.contains(key) || !out.put.insert(key).second) return false;
  }
  return true;
}

}  // namespace

const std::vector<std::string>& model_keys() {
  static const std::vector<std::string> keys = [] {
    std::vector<std::string> all;
    for (const char first : {'a', 'b', 'c'}) {
      all.emplace_back(1, first);
      for (const char second : {'\0', 'a', '\xff'}) all.push_back({first, second});
    }
    return all;
  }();
  return keys;
}

bool model_has_overlap(const etcdserverpb::TxnRequest& request) {
  Touched then;
  Touched otherwise;
  return !touch(request.success(), then) || !touch(request.failure(), otherwise);
}

}  // namespace quorate::api::testing
