#include "server/replica/packed_rows.h"

#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

namespace quorate::replica {
namespace {

mvcc::RowPtr row(std::int64_t number, std::size_t key_bytes, std::size_t value_bytes) {
  mvcc::Row::Fields fields;
  fields.number = RowNumber{number};
  fields.revision = {Revision{number * 1000}, number % 3};
  fields.create_revision = Revision{number};
  fields.version = std::numeric_limits<std::int64_t>::max() - number;
  fields.lease = LeaseId{-number};
  fields.kind = number % 2 == 0 ? mvcc::RowKind::put : mvcc::RowKind::tombstone;
  return mvcc::RowPtr::make(fields, std::string(key_bytes, 'k') + std::string(1, '\0'),
                            std::string(value_bytes, '\xff'));
}

void check_same(const mvcc::Row& a, const mvcc::Row& b) {
  CHECK(a.number() == b.number());
  CHECK(a.revision() == b.revision());
  CHECK(a.create_revision() == b.create_revision());
  CHECK(a.version() == b.version());
  CHECK(a.lease() == b.lease());
  CHECK(a.is_tombstone() == b.is_tombstone());
  CHECK(a.key() == b.key());
  CHECK(a.value() == b.value());
}

TEST_CASE("rows come back equal, small ones, empty ones and larger than a chunk") {
  PackedRows packed;
  std::vector<mvcc::RowPtr> rows;
  std::vector<PackedRows::Place> places;
  for (std::int64_t i = 0; i < 3000; ++i) {
    const bool is_large = i % 1000 == 7;
    rows.push_back(row(i, static_cast<std::size_t>(i % 300), is_large ? 3'000'000 : i % 700));
    places.push_back(packed.add(*rows.back()));
    CHECK(places.back() != 0);
  }
  for (std::size_t i = 0; i < rows.size(); ++i) check_same(*rows[i], *packed.at(places[i]));
}

}  // namespace
}  // namespace quorate::replica
