#include "server/concurrency/queue_scan.h"

#include <string>

#include <doctest/doctest.h>

using namespace quorate;
using namespace quorate::concurrency;

namespace {

struct Store {
  void put(std::string_view key) {
    revision = revision.next();
    index.put(key, revision, RowNumber{revision.value()});
  }
  void remove(std::string_view key) {
    revision = revision.next();
    index.remove(key, revision, RowNumber{revision.value()});
  }

  // What a scan finds, so many keys at a time.
  [[nodiscard]] std::string find(QueueScan::Wants wants, std::int64_t limit,
                                 std::size_t keys_max = 100) const {
    QueueScan scan{"q", Revision{limit}, wants};
    while (!scan.advance(index, keys_max)) {
    }
    return scan.found() ? scan.found()->key : "nothing";
  }

  Revision revision{1};
  mvcc::KeyIndex index;
};

}  // namespace

TEST_CASE("the oldest and the youngest key are told by creation, not by name or change") {
  Store store;
  store.put("q/b");  // 2
  store.put("q/c");  // 3
  store.put("q/a");  // 4
  store.put("q/b");  // 5, created at 2
  CHECK(store.find(QueueScan::Wants::oldest, 5) == "q/b");
  CHECK(store.find(QueueScan::Wants::youngest, 5) == "q/a");
  CHECK(store.find(QueueScan::Wants::youngest, 3) == "q/c");
  CHECK(store.find(QueueScan::Wants::youngest, 2) == "q/b");
  CHECK(store.find(QueueScan::Wants::youngest, 1) == "nothing");
}

TEST_CASE("a key that is made again is young") {
  Store store;
  store.put("q/a");     // 2
  store.put("q/b");     // 3
  store.remove("q/a");  // 4
  CHECK(store.find(QueueScan::Wants::oldest, 4) == "q/b");
  store.put("q/a");  // 5
  CHECK(store.find(QueueScan::Wants::oldest, 5) == "q/b");
  CHECK(store.find(QueueScan::Wants::youngest, 5) == "q/a");
}

TEST_CASE("keys beside the queue do not count") {
  Store store;
  for (const char* key : {"q", "q.", "q0", "p/x", "r/x"}) store.put(key);
  CHECK(store.find(QueueScan::Wants::oldest, 100) == "nothing");
  store.put("q/\xff");
  CHECK(store.find(QueueScan::Wants::oldest, 100) == "q/\xff");
}

TEST_CASE("slices of any size find the same") {
  Store store;
  for (int i = 0; i < 30; ++i) store.put("q/" + std::to_string(i * 7 % 30));
  for (std::size_t keys_max = 1; keys_max < 35; ++keys_max) {
    CHECK(store.find(QueueScan::Wants::oldest, 1000, keys_max) == "q/0");
    CHECK(store.find(QueueScan::Wants::youngest, 1000, keys_max) == "q/23");
    CHECK(store.find(QueueScan::Wants::youngest, 30, keys_max) == "q/16");
  }
}

TEST_CASE("what comes behind a scan's back is younger than its limit") {
  Store store;
  store.put("q/b");  // 2
  QueueScan scan{"q", Revision{2}, QueueScan::Wants::oldest};
  CHECK_FALSE(scan.advance(store.index, 1));
  store.remove("q/b");
  store.put("q/a");
  store.put("q/c");
  CHECK(scan.advance(store.index, 100));
  CHECK(scan.found() == Place{"q/b", Revision{2}});
}
