// The checksums are those of etcd 3.4.23's HashKV after the same commands.
#include "server/mvcc/history_hash.h"

#include <doctest/doctest.h>

#include "server/mvcc/table.h"

using namespace quorate;
using namespace quorate::mvcc;

namespace {

class NoLeases final : public LeaseBook {
 public:
  [[nodiscard]] bool exists(LeaseId /*lease*/) const override { return false; }
  void attach(LeaseId /*lease*/, std::string_view /*key*/) override {}
  void detach(std::string_view /*key*/) override {}
};

struct Fixture {
  NoLeases leases;
  Table table{std::size_t{1} << 20, leases};
  std::vector<const Row*> rows;  // all that ever were

  void put(std::string_view key, std::string_view value) {
    PutOp op;
    op.key = key;
    op.value = value;
    REQUIRE(table.put(op, rows).has_value());
  }
  void remove(std::string_view key) { (void)table.remove({KeyRange::single(key), false}, rows); }
  [[nodiscard]] std::uint32_t hash() const {
    HistoryHash hash{table, table.revision()};
    for (const Row* row : rows) (void)hash.add(*row);
    return hash.value();
  }
};

}  // namespace

TEST_CASE("HashKV: what a compaction dropped does not count, wherever it still lies") {
  Fixture f;
  f.put("o", "1");
  f.remove("o");
  f.put("a", "1");
  REQUIRE(f.table.compact(Revision{4}).has_value());
  CHECK(f.hash() == 2377487113);
}

TEST_CASE("HashKV: with no key left, what the compaction kept counts as well") {
  Fixture f;
  f.put("o", "1");
  f.remove("o");
  f.put("a", "1");
  REQUIRE(f.table.compact(Revision{4}).has_value());
  f.remove("a");
  CHECK(f.hash() == 3047722453);
}
