#include "server/auth/lru_map.h"

#include <doctest/doctest.h>

using quorate::auth::LruMap;

TEST_CASE("using an entry makes it the last to go") {
  LruMap<int> map;
  map.put("a", 1);
  map.put("b", 2);
  map.put("c", 3);
  CHECK(map.use("x") == nullptr);
  REQUIRE(map.use("a") != nullptr);
  CHECK(map.oldest().key == "b");
  map.drop_oldest();
  CHECK(map.use("b") == nullptr);
  CHECK(map.oldest().key == "c");
  map.put("c", 4);
  CHECK(map.oldest().key == "a");
  CHECK(*map.use("c") == 4);
  CHECK(map.size() == 2);
}

TEST_CASE("entries go one by one, by what they are, or all") {
  LruMap<int> map;
  for (int i = 0; i < 100; ++i) map.put(std::to_string(i), i);
  map.erase_if([](const auto& entry) { return entry.value % 2 == 0; });
  CHECK(map.size() == 50);
  CHECK(map.use("2") == nullptr);
  CHECK(*map.use("3") == 3);
  map.erase("3");
  map.erase("3");
  CHECK(map.use("3") == nullptr);
  map.clear();
  CHECK(map.is_empty());
  map.put("3", 3);
  CHECK(*map.use("3") == 3);
}
