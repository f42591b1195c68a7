// What can be asked of the store, in its own terms. Views: valid while the request they point into
// lives.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <variant>
#include <vector>

#include "common/id.h"
#include "server/mvcc/key_range.h"

namespace quorate::mvcc {

enum class SortOrder : std::uint8_t { none, ascend, descend };
enum class SortTarget : std::uint8_t { key, version, create, mod, value };

struct RangeOp {
  KeyRange range = KeyRange::all();
  Revision at{};           // 0 or below: the newest
  std::int64_t limit = 0;  // 0 or below: none
  SortOrder order = SortOrder::none;
  SortTarget target = SortTarget::key;
  Revision min_mod{};  // 0 = no bound, as for the next three
  Revision max_mod{};
  Revision min_create{};
  Revision max_create{};
  bool is_count_only = false;
};

struct PutOp {
  std::string_view key;
  std::string_view value;
  LeaseId lease{};
  bool keeps_value = false;  // ignore_value
  bool keeps_lease = false;  // ignore_lease
  bool wants_previous = false;
};

struct DeleteOp {
  KeyRange range = KeyRange::all();
  bool wants_previous = false;
};

enum class CompareTarget : std::uint8_t { version, create, mod, value, lease, unknown };
enum class CompareResult : std::uint8_t { equal, greater, less, not_equal, unknown };

// Holds for every key in the range. A range without keys is compared as zero, except that nothing
// holds of the value of a key that is not there (as etcd does).
struct Compare {
  KeyRange range;
  CompareTarget target = CompareTarget::version;
  CompareResult result = CompareResult::equal;
  std::int64_t number = 0;  // all targets but value
  std::string_view value;
};

struct TxnOp;
using Op = std::variant<RangeOp, PutOp, DeleteOp, std::unique_ptr<TxnOp>>;

struct TxnOp {
  std::vector<Compare> compares;  // all must hold
  std::vector<Op> success;
  std::vector<Op> failure;
};

}  // namespace quorate::mvcc
