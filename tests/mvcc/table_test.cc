#include "server/mvcc/table.h"

#include <map>
#include <set>

#include <doctest/doctest.h>

#include "server/mvcc/arrange.h"

using namespace quorate;
using namespace quorate::mvcc;

namespace {

class FakeLeases final : public LeaseBook {
 public:
  std::set<std::int64_t> granted;
  std::map<std::string, std::int64_t> attached;

  [[nodiscard]] bool exists(LeaseId lease) const override {
    return granted.contains(lease.value());
  }
  void attach(LeaseId lease, std::string_view key) override {
    attached[std::string{key}] = lease.value();
  }
  void detach(std::string_view key) override { attached.erase(std::string{key}); }
};

// A table with everything in memory, and short ways to say what is done to it.
struct Fixture {
  FakeLeases leases;
  Table table{std::size_t{1} << 20, leases};
  std::vector<const Row*> rows;

  Result<PutOutcome> put(std::string_view key, std::string_view value) {
    PutOp op;
    op.key = key;
    op.value = value;
    return table.put(op, rows);
  }
  DeleteOutcome remove(const KeyRange& range) { return table.remove({range, false}, rows); }

  std::vector<std::string> keys_at(Revision at, std::int64_t limit = 0) {
    RangeOp op;
    op.range = KeyRange::all();
    op.limit = limit;
    auto scan = table.scan(op, at);
    std::vector<RowNumber> numbers;
    while (!scan.advance(table.index(), 2, numbers)) {
    }
    std::vector<std::string> keys;
    for (const RowNumber number : numbers) {
      keys.emplace_back((*table.cache().find(number))->key());
    }
    return keys;
  }
};

template <class T>
bool is_ok(const Result<T>& result) {
  return result.has_value();
}

Compare version_is(std::string_view key, std::int64_t version) {
  return {KeyRange::single(key), CompareTarget::version, CompareResult::equal, version, {}};
}

PutOp put_op(std::string_view key, std::string_view value) {
  PutOp op;
  op.key = key;
  op.value = value;
  return op;
}

}  // namespace

TEST_CASE("an empty store is at revision 1 and its first change makes revision 2") {
  Fixture f;
  CHECK(f.table.revision() == Revision{1});
  CHECK(f.put("a", "1")->revision == Revision{2});
  CHECK(f.table.revision() == Revision{2});
}

TEST_CASE("versions count puts since creation; a key that comes back begins anew") {
  Fixture f;
  REQUIRE(is_ok(f.put("a", "1")));
  REQUIRE(is_ok(f.put("a", "2")));
  CHECK(f.rows.back()->version() == 2);
  CHECK(f.rows.back()->create_revision() == Revision{2});
  CHECK(f.remove(KeyRange::single("a")).deleted == 1);
  CHECK(f.rows.back()->is_tombstone());
  CHECK(f.rows.back()->mod_revision() == Revision{4});
  REQUIRE(is_ok(f.put("a", "3")));
  CHECK(f.rows.back()->version() == 1);
  CHECK(f.rows.back()->create_revision() == Revision{5});
}

TEST_CASE("deleting nothing makes no revision") {
  Fixture f;
  REQUIRE(is_ok(f.put("a", "1")));
  const auto outcome = f.remove(KeyRange::bounded("x", "z"));
  CHECK(outcome.deleted == 0);
  CHECK(outcome.revision == Revision{2});
  CHECK(f.table.revision() == Revision{2});
}

TEST_CASE("every change of a transaction has its revision's main and a sub of its own, in order") {
  Fixture f;
  REQUIRE(is_ok(f.put("b", "1")));
  REQUIRE(is_ok(f.put("c", "1")));
  f.rows.clear();
  TxnOp txn;
  txn.success.emplace_back(put_op("a", "1"));
  txn.success.emplace_back(DeleteOp{KeyRange::bounded("b", "d"), false});
  auto nested = std::make_unique<TxnOp>();
  nested->success.emplace_back(put_op("e", "1"));
  txn.success.emplace_back(std::move(nested));
  REQUIRE(is_ok(f.table.txn(txn, f.rows)));
  REQUIRE(f.rows.size() == 4);
  const std::vector<std::string> keys{"a", "b", "c", "e"};
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(f.rows[i]->revision() == RevisionPair{Revision{4}, static_cast<std::int64_t>(i)});
    CHECK(f.rows[i]->key() == keys[i]);
  }
}

TEST_CASE("a read inside a transaction sees the writes before it and none after it") {
  Fixture f;
  REQUIRE(is_ok(f.put("a", "old")));
  TxnOp txn;
  RangeOp range;
  range.range = KeyRange::all();
  txn.success.emplace_back(range);
  txn.success.emplace_back(put_op("b", "1"));
  txn.success.emplace_back(range);
  const auto outcome = f.table.txn(txn, f.rows);
  REQUIRE(is_ok(outcome));
  const auto& first = std::get<RangeOutcome>(outcome->responses[0]);
  const auto& last = std::get<RangeOutcome>(outcome->responses[2]);
  CHECK(first.revision == Revision{2});
  CHECK(first.count == 1);
  CHECK(last.revision == Revision{3});
  CHECK(last.count == 2);
}

TEST_CASE("compares of nested transactions read the state before anything ran") {
  Fixture f;
  auto nested = std::make_unique<TxnOp>();
  nested->compares.push_back(version_is("a", 0));
  nested->success.emplace_back(put_op("b", "then"));
  nested->failure.emplace_back(put_op("b", "else"));
  TxnOp txn;
  txn.success.emplace_back(put_op("a", "1"));
  txn.success.emplace_back(std::move(nested));
  REQUIRE(is_ok(f.table.txn(txn, f.rows)));
  CHECK(f.rows.back()->value() == "then");
}

TEST_CASE("a transaction with one refused operation changes nothing") {
  Fixture f;
  REQUIRE(is_ok(f.put("a", "1")));
  TxnOp txn;
  txn.success.emplace_back(put_op("b", "1"));
  RangeOp future;
  future.range = KeyRange::single("a");
  future.at = Revision{100};
  txn.success.emplace_back(future);
  const auto before = f.rows.size();
  CHECK(f.table.txn(txn, f.rows).error().message == future_revision_error().message);
  CHECK(f.rows.size() == before);
  CHECK(f.table.revision() == Revision{2});
}

TEST_CASE("a put attaches its key to its lease and leaves the one before") {
  Fixture f;
  f.leases.granted = {7, 8};
  PutOp op = put_op("k", "v");
  op.lease = LeaseId{9};
  CHECK(f.table.put(op, f.rows).error().message == lease_not_found_error().message);
  op.lease = LeaseId{7};
  REQUIRE(is_ok(f.table.put(op, f.rows)));
  CHECK(f.leases.attached["k"] == 7);
  op.keeps_lease = true;
  op.lease = LeaseId{};
  REQUIRE(is_ok(f.table.put(op, f.rows)));
  CHECK(f.leases.attached["k"] == 7);
  CHECK(f.rows.back()->lease() == LeaseId{7});
  REQUIRE(is_ok(f.put("k", "w")));
  CHECK(!f.leases.attached.contains("k"));
}

TEST_CASE("a put that keeps the value of a missing key is refused") {
  Fixture f;
  PutOp op = put_op("k", "");
  op.keeps_value = true;
  CHECK(f.table.put(op, f.rows).error().message == key_not_found_error().message);
}

TEST_CASE("what a put keeps may have been deleted by the transaction itself: then it is empty") {
  Fixture f;
  REQUIRE(is_ok(f.put("k", "v")));
  PutOp keep = put_op("k", "");
  keep.keeps_value = true;
  TxnOp txn;
  txn.success.emplace_back(DeleteOp{KeyRange::from("a"), false});
  txn.success.emplace_back(keep);
  REQUIRE(is_ok(f.table.txn(txn, f.rows)));
  CHECK(f.rows.back()->value().empty());
  CHECK(f.rows.back()->version() == 1);
}

TEST_CASE("compaction is refused for the past and the future and forbids older reads") {
  Fixture f;
  for (int i = 0; i < 4; ++i) REQUIRE(is_ok(f.put("a", "x")));
  CHECK(f.table.compact(Revision{6}).error().message == future_revision_error().message);
  CHECK(is_ok(f.table.compact(Revision{0})));
  CHECK(f.table.compact(Revision{0}).error().message == compacted_error().message);
  CHECK(is_ok(f.table.compact(Revision{3})));
  CHECK(f.table.compact(Revision{3}).error().message == compacted_error().message);
  CHECK(f.table.read_revision(Revision{2}).error().message == compacted_error().message);
  CHECK(f.table.read_revision(Revision{3}).value() == Revision{3});
  CHECK(f.table.read_revision(Revision{0}).value() == Revision{5});
  CHECK(f.table.read_revision(Revision{6}).error().message == future_revision_error().message);
}

TEST_CASE("compares of missing keys count as zero, but of values nothing holds") {
  Fixture f;
  const auto holds = [&](CompareTarget target, CompareResult result) {
    TxnOp txn;
    txn.compares.push_back({KeyRange::single("none"), target, result, 0, {}});
    return f.table.txn(txn, f.rows)->succeeded;
  };
  CHECK(holds(CompareTarget::version, CompareResult::equal));
  CHECK(holds(CompareTarget::lease, CompareResult::equal));
  CHECK(!holds(CompareTarget::mod, CompareResult::greater));
  CHECK(!holds(CompareTarget::value, CompareResult::equal));
  CHECK(!holds(CompareTarget::value, CompareResult::not_equal));
  CHECK(holds(CompareTarget::unknown, CompareResult::equal));
  CHECK(holds(CompareTarget::version, CompareResult::unknown));
}

TEST_CASE("a compare over a range holds only if it does for every key") {
  Fixture f;
  REQUIRE(is_ok(f.put("a", "1")));
  REQUIRE(is_ok(f.put("b", "1")));
  const auto all_have = [&](std::int64_t version) {
    TxnOp txn;
    txn.compares.push_back(
        {KeyRange::bounded("a", "c"), CompareTarget::version, CompareResult::equal, version, {}});
    return f.table.txn(txn, f.rows)->succeeded;
  };
  CHECK(all_have(1));
  REQUIRE(is_ok(f.put("b", "2")));
  CHECK(!all_have(1));
  CHECK(!all_have(2));
}

TEST_CASE("a scan in slices gives the same keys as in one go, at every revision") {
  Fixture f;
  for (const char* key : {"a", "c", "b", "e", "d"}) REQUIRE(is_ok(f.put(key, "1")));
  f.remove(KeyRange::bounded("b", "d"));
  CHECK(f.keys_at(Revision{6}) == std::vector<std::string>{"a", "b", "c", "d", "e"});
  CHECK(f.keys_at(Revision{4}) == std::vector<std::string>{"a", "b", "c"});
  CHECK(f.keys_at(Revision{7}) == std::vector<std::string>{"a", "d", "e"});
  CHECK(f.keys_at(Revision{1}).empty());
  // One more than the limit, so that the reader learns whether there are more.
  CHECK(f.keys_at(Revision{6}, 2) == std::vector<std::string>{"a", "b", "c"});
}

TEST_CASE("a scan goes on at its revision while the store changes between slices") {
  Fixture f;
  for (const char* key : {"a", "b", "c", "d"}) REQUIRE(is_ok(f.put(key, "1")));
  RangeOp op;
  auto scan = f.table.scan(op, Revision{5});
  std::vector<RowNumber> numbers;
  CHECK(!scan.advance(f.table.index(), 2, numbers));
  f.remove(KeyRange::all());
  REQUIRE(is_ok(f.put("c", "2")));
  REQUIRE(is_ok(f.put("cc", "2")));
  while (!scan.advance(f.table.index(), 2, numbers)) {
  }
  REQUIRE(numbers.size() == 4);
  CHECK((*f.table.cache().find(numbers[2]))->value() == "1");
  CHECK(scan.count() == 4);
}

TEST_CASE("a descending scan meets the same keys backwards") {
  Fixture f;
  for (const char* key : {"a", "b", "c", "d", "e"}) REQUIRE(is_ok(f.put(key, "1")));
  RangeOp op;
  op.order = SortOrder::descend;
  auto scan = f.table.scan(op, Revision{6});
  std::vector<RowNumber> numbers;
  while (!scan.advance(f.table.index(), 2, numbers)) {
  }
  std::string seen;
  for (const RowNumber number : numbers) seen += (*f.table.cache().find(number))->key();
  CHECK(seen == "edcba");
}

TEST_CASE("operations name the rows that decide them and are not in memory") {
  FakeLeases leases;
  Table table{0, leases};  // nothing stays once it is flushed
  std::vector<const Row*> rows;
  REQUIRE(is_ok(table.put(put_op("a", "1"), rows)));
  REQUIRE(is_ok(table.put(put_op("b", "2"), rows)));
  TxnOp txn;
  txn.compares.push_back(
      {KeyRange::single("a"), CompareTarget::value, CompareResult::equal, 0, "1"});
  PutOp keep = put_op("b", "");
  keep.keeps_value = true;
  txn.success.emplace_back(keep);
  CHECK(table.needed_rows(txn).empty());
  const RowPtr held_a = *table.cache().find(RowNumber{1});
  const RowPtr held_b = *table.cache().find(RowNumber{2});
  table.cache().flushed(RowNumber{2});
  CHECK(table.needed_rows(txn) == std::vector<RowNumber>{RowNumber{1}, RowNumber{2}});
  CHECK(table.needed_rows(put_op("a", "3")).empty());
  table.hold_rows({held_a, held_b});
  CHECK(table.needed_rows(txn).empty());
  const auto outcome = table.txn(txn, rows);
  REQUIRE(is_ok(outcome));
  CHECK(outcome->succeeded);
  CHECK(rows.back()->value() == "2");
}

TEST_CASE("a table rebuilt from its rows goes on where it was") {
  Fixture f;
  REQUIRE(is_ok(f.put("a", "1")));
  REQUIRE(is_ok(f.put("a", "2")));
  f.remove(KeyRange::single("a"));
  REQUIRE(is_ok(f.put("b", "1")));
  Table again{std::size_t{1} << 20, f.leases};
  for (const Row* row : f.rows) again.restore(*row);
  again.restored(Revision{-1}, Revision{-1});
  CHECK(again.revision() == Revision{5});
  std::vector<const Row*> rows;
  REQUIRE(is_ok(again.put(put_op("b", "2"), rows)));
  CHECK(rows[0]->number() == RowNumber{5});
  CHECK(rows[0]->version() == 2);
  CHECK(rows[0]->create_revision() == Revision{5});
  REQUIRE(is_ok(again.put(put_op("a", "3"), rows)));
  CHECK(rows[1]->version() == 1);
}
