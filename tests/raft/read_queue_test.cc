#include "server/raft/read_queue.h"

#include <doctest/doctest.h>

using namespace quorate;
using namespace quorate::raft;

namespace {
const Quorum kThree{{MemberId{1}, MemberId{2}, MemberId{3}}, {}};

ReadQueue::Read read(std::string_view question, std::uint64_t index) {
  return {MemberId{1}, SharedBytes{question}, Index{index}};
}
}  // namespace

TEST_CASE("one round of confirmations serves every read that was waiting (thesis §6.4)") {
  ReadQueue queue;
  CHECK(queue.heartbeat_context().empty());
  queue.add(read("a", 4));
  queue.add(read("b", 5));
  const SharedBytes context = queue.heartbeat_context();
  queue.add(read("c", 6));
  queue.confirmed_by(MemberId{1}, context);
  CHECK(queue.take_confirmed(kThree).empty());
  queue.confirmed_by(MemberId{3}, context);
  const auto confirmed = queue.take_confirmed(kThree);
  REQUIRE(confirmed.size() == 2);
  CHECK(confirmed[0].context.view() == "a");
  CHECK(confirmed[0].index == Index{4});
  CHECK(confirmed[1].context.view() == "b");
  CHECK(queue.size() == 1);
  CHECK(queue.take_confirmed(kThree).empty());
}

TEST_CASE("a late confirmation of older reads takes nothing back") {
  ReadQueue queue;
  queue.add(read("a", 1));
  const SharedBytes old = queue.heartbeat_context();
  queue.add(read("b", 1));
  queue.confirmed_by(MemberId{1}, queue.heartbeat_context());
  queue.confirmed_by(MemberId{2}, queue.heartbeat_context());
  queue.confirmed_by(MemberId{2}, old);
  CHECK(queue.take_confirmed(kThree).size() == 2);
}

TEST_CASE("the same member twice is no quorum") {
  ReadQueue queue;
  queue.add(read("a", 1));
  const SharedBytes context = queue.heartbeat_context();
  queue.confirmed_by(MemberId{2}, context);
  queue.confirmed_by(MemberId{2}, context);
  CHECK(queue.take_confirmed(kThree).empty());
}

TEST_CASE("contexts that were never sent confirm nothing") {
  ReadQueue queue;
  queue.add(read("a", 1));
  for (const std::string_view context :
       {"", "x", "\xff\xff\xff\xff\xff\xff\xff\xff", "123456789"}) {
    for (const std::uint64_t id : {1, 2, 3}) queue.confirmed_by(MemberId{id}, SharedBytes{context});
    CHECK(queue.take_confirmed(kThree).empty());
  }
}

TEST_CASE("all reads can be taken back, and later ones are told apart from them") {
  ReadQueue queue;
  queue.add(read("a", 1));
  const SharedBytes old = queue.heartbeat_context();
  CHECK(queue.take_all().size() == 1);
  queue.add(read("b", 2));
  for (const std::uint64_t id : {1, 2, 3}) queue.confirmed_by(MemberId{id}, old);
  CHECK(queue.take_confirmed(kThree).empty());
}
