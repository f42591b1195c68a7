#include "server/raft/pending_writes.h"

#include <doctest/doctest.h>

using namespace quorate;
using namespace quorate::raft;

TEST_CASE("entries are durable once their write is complete, and those before it") {
  PendingWrites writes{Index{10}, {}};
  const PersistId first = writes.begin(Index{12}, std::nullopt);
  const PersistId second = writes.begin(Index{15}, std::nullopt);
  CHECK(first == PersistId{1});
  CHECK(writes.durable() == Index{10});
  writes.complete(first);
  CHECK(writes.durable() == Index{12});
  writes.complete(second);
  CHECK(writes.durable() == Index{15});
}

TEST_CASE("one report can complete several writes") {
  PendingWrites writes{Index{0}, {}};
  static_cast<void>(writes.begin(Index{1}, HardState{Term{1}, MemberId{1}, Index{}}));
  static_cast<void>(writes.begin(Index{2}, HardState{Term{2}, MemberId{3}, Index{}}));
  writes.complete(PersistId{2});
  CHECK(writes.durable() == Index{2});
  CHECK(writes.hard_state().term == Term{2});
  CHECK(writes.completed() == PersistId{2});
}

TEST_CASE("a write says nothing of entries that were replaced meanwhile") {
  PendingWrites writes{Index{11}, {}};
  const PersistId of_term_1 = writes.begin(Index{12}, std::nullopt);
  writes.cut_after(Index{11});
  const PersistId of_term_2 = writes.begin(Index{12}, std::nullopt);
  writes.complete(of_term_1);
  CHECK(writes.durable() == Index{11});
  writes.complete(of_term_2);
  CHECK(writes.durable() == Index{12});
}

TEST_CASE("not even when the same entry has come back") {
  // Entry 12 of term 1 is being written, is replaced by one of term 2, and then returns under a
  // third leader that has it: the disk will hold the wrong one until the third write is done.
  PendingWrites writes{Index{11}, {}};
  const PersistId first = writes.begin(Index{12}, std::nullopt);
  writes.cut_after(Index{11});
  const PersistId second = writes.begin(Index{12}, std::nullopt);
  writes.cut_after(Index{11});
  const PersistId third = writes.begin(Index{12}, std::nullopt);
  writes.complete(first);
  CHECK(writes.durable() == Index{11});
  writes.complete(second);
  CHECK(writes.durable() == Index{11});
  writes.complete(third);
  CHECK(writes.durable() == Index{12});
}

TEST_CASE("what was durable is no longer so when it is cut") {
  PendingWrites writes{Index{20}, {}};
  writes.cut_after(Index{14});
  CHECK(writes.durable() == Index{14});
  writes.complete(writes.begin(Index{16}, std::nullopt));
  CHECK(writes.durable() == Index{16});
}
