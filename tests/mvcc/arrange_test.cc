#include "server/mvcc/arrange.h"

#include <algorithm>
#include <string>

#include <doctest/doctest.h>

using namespace quorate;
using namespace quorate::mvcc;

namespace {

RowPtr row(std::string_view key, std::string_view value, std::int64_t create, std::int64_t mod,
           std::int64_t version) {
  Row::Fields fields;
  fields.revision = {Revision{mod}, 0};
  fields.create_revision = Revision{create};
  fields.version = version;
  return RowPtr::make(fields, key, value);
}

std::vector<RowPtr> rows() {
  return {row("a", "3", 2, 9, 4), row("b", "1", 3, 3, 1), row("c", "2", 4, 8, 2)};
}

std::string keys(const std::vector<RowPtr>& list) {
  std::string out;
  for (const auto& each : list) out += each->key();
  return out;
}

}  // namespace

TEST_CASE("rows sort by any target; a target without an order ascends, as in etcd") {
  const std::pair<SortTarget, const char*> expected[] = {{SortTarget::key, "abc"},
                                                         {SortTarget::version, "bca"},
                                                         {SortTarget::create, "abc"},
                                                         {SortTarget::mod, "bca"},
                                                         {SortTarget::value, "bca"}};
  for (const auto& [target, order] : expected) {
    RangeOp op;
    op.target = target;
    auto list = rows();
    CHECK(!arrange(op, list));
    CHECK(keys(list) == order);
    op.order = SortOrder::descend;
    list = rows();
    CHECK(!arrange(op, list));
    std::string reversed{order};
    std::reverse(reversed.begin(), reversed.end());
    CHECK(keys(list) == reversed);
  }
}

TEST_CASE("filters drop rows before the limit cuts") {
  RangeOp op;
  op.min_mod = Revision{4};
  op.limit = 1;
  auto list = rows();
  CHECK(arrange(op, list));
  CHECK(keys(list) == "a");
  op.max_create = Revision{3};
  list = rows();
  CHECK(!arrange(op, list));
  CHECK(keys(list) == "a");
}
