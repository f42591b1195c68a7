#include "server/mvcc/row_cache.h"

#include <string>

#include <doctest/doctest.h>

using namespace quorate;
using namespace quorate::mvcc;

namespace {

RowPtr row(std::int64_t number, std::size_t value_bytes = 100) {
  Row::Fields fields;
  fields.number = RowNumber{number};
  return RowPtr::make(fields, "key", std::string(value_bytes, 'v'));
}

}  // namespace

TEST_CASE("rows that are not flushed are never dropped, whatever the limit") {
  RowCache cache{0};
  for (int i = 1; i <= 10; ++i) cache.add_newest(row(i));
  for (int i = 1; i <= 10; ++i) CHECK(cache.find(RowNumber{i}) != nullptr);
  CHECK(cache.unflushed_bytes() == 10 * row(1)->footprint());
  cache.flushed(RowNumber{4});
  CHECK(cache.find(RowNumber{4}) == nullptr);
  CHECK(cache.find(RowNumber{5}) != nullptr);
  CHECK(cache.unflushed_bytes() == 6 * row(1)->footprint());
  cache.flushed(RowNumber{10});
  CHECK(cache.bytes() == 0);
  CHECK(cache.unflushed_bytes() == 0);
}

TEST_CASE("the newest rows stay for as long as they fit") {
  const std::size_t each = row(1)->footprint();
  RowCache cache{each * 8};  // half of it for the newest
  for (int i = 1; i <= 10; ++i) cache.add_newest(row(i));
  cache.flushed(RowNumber{10});
  CHECK(cache.find(RowNumber{6}) == nullptr);
  CHECK(cache.find(RowNumber{7}) != nullptr);
  CHECK(cache.find(RowNumber{11}) == nullptr);
}

TEST_CASE("cold rows are kept, the oldest making way, one large value never displacing all") {
  const std::size_t each = row(1)->footprint();
  RowCache cache{each * 16};
  for (int i = 1; i <= 9; ++i) cache.add_cold(row(i));
  CHECK(cache.find(RowNumber{1}) == nullptr);
  CHECK(cache.find(RowNumber{2}) != nullptr);
  cache.add_cold(row(50, each * 4));
  CHECK(cache.find(RowNumber{50}) == nullptr);
  CHECK(cache.find(RowNumber{9}) != nullptr);
}

TEST_CASE("what an earlier process wrote says nothing of this one's rows") {
  RowCache cache{0};
  cache.flushed(RowNumber{100});
  cache.add_newest(row(101));
  cache.flushed(RowNumber{100});
  CHECK(cache.find(RowNumber{101}) != nullptr);
  CHECK(cache.unflushed_bytes() == row(1)->footprint());
  cache.flushed(RowNumber{101});
  CHECK(cache.unflushed_bytes() == 0);
  CHECK(cache.find(RowNumber{101}) == nullptr);
}
