#include "server/replica/read_index.h"

#include <doctest/doctest.h>

using namespace quorate;
using namespace quorate::replica;

namespace {

struct Fixture {
  void add(const std::string& name) {
    queue.add([this, name](const Status& status) {
      said.push_back(name + (status ? " ok" : " " + status.error().message));
    });
  }
  std::optional<SharedBytes> ask() { return queue.next_question(RequestId{++id}); }
  void tick(int times = 1) {
    for (int i = 0; i < times; ++i) queue.tick({Code::unavailable, "late"});
  }

  ReadIndexQueue queue{5, 20};
  std::uint64_t id = 0;
  std::vector<std::string> said;
};

using Said = std::vector<std::string>;

}  // namespace

TEST_CASE("a question is its id in eight bytes, big-endian, and is asked for readers only") {
  Fixture f;
  CHECK_FALSE(f.ask().has_value());
  f.add("a");
  f.id = 0x0102030405060707;
  CHECK(f.ask()->view() == "\x01\x02\x03\x04\x05\x06\x07\x08");
}

TEST_CASE("readers run when their index is applied; those who came later wait for the next round") {
  Fixture f;
  f.add("a");
  const auto first = f.ask();
  f.add("b");
  CHECK_FALSE(f.ask().has_value());
  f.queue.confirmed(*first, Index{5});
  const auto second = f.ask();
  REQUIRE(second.has_value());
  f.queue.confirmed(*second, Index{7});
  CHECK(f.queue.is_idle());
  f.queue.applied(Index{4});
  CHECK(f.said.empty());
  f.queue.applied(Index{6});
  CHECK(f.said == Said{"a ok"});
  f.queue.applied(Index{7});
  CHECK(f.said == Said{"a ok", "b ok"});
}

TEST_CASE("an answer to a question asked before the last one counts for nothing") {
  Fixture f;
  f.add("a");
  const auto first = f.ask();
  f.tick(5);
  const auto second = f.ask();
  REQUIRE(second.has_value());
  CHECK(*second != *first);
  f.queue.confirmed(*first, Index{1});
  f.queue.applied(Index{1});
  CHECK(f.said.empty());
  f.queue.confirmed(*second, Index{1});
  f.queue.applied(Index{1});
  CHECK(f.said == Said{"a ok"});
}

TEST_CASE("readers fail when their time is up, asked or not") {
  Fixture f;
  SUBCASE("asked") {
    f.add("a");
    (void)f.ask();
  }
  SUBCASE("never asked, for want of a leader") {
    f.add("a");
  }
  f.tick(19);
  CHECK(f.said.empty());
  f.tick();
  CHECK(f.said == Said{"a late"});
  CHECK(f.queue.is_idle());
}

TEST_CASE("a change of leader fails who asked the old one and who was about to") {
  Fixture f;
  f.add("a");
  const auto question = f.ask();
  f.add("b");
  f.queue.fail_all({Code::unavailable, "leader changed"});
  CHECK(f.said == Said{"a leader changed", "b leader changed"});
  f.queue.confirmed(*question, Index{1});
  f.queue.applied(Index{1});
  CHECK(f.said.size() == 2);
}
