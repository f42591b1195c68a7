#include "server/mvcc/keytree/entry.h"

#include <doctest/doctest.h>

using quorate::Revision;
using quorate::RowNumber;
using quorate::mvcc::RowKind;
using quorate::mvcc::keytree::Blocks;
using quorate::mvcc::keytree::Cell;
using quorate::mvcc::keytree::Change;
using quorate::mvcc::keytree::Child;
using quorate::mvcc::keytree::Entry;
using quorate::mvcc::keytree::History;

TEST_CASE("an entry of a key put once holds revision and row, up to the largest") {
  CHECK(sizeof(Cell) == 16);
  const RowNumber last{Entry::kRowMax - 1};
  const Entry entry{Entry::put_once(Revision{INT64_MAX}, last).cell()};
  CHECK(!entry.has_history());
  CHECK(entry.is_live());
  CHECK(entry.revision() == Revision{INT64_MAX});
  CHECK(entry.row() == last);
}

TEST_CASE("an entry with a history says without looking there whether the key lives") {
  Blocks blocks;
  History* history =
      History::make(blocks, {Revision{2}, 1}, Change{Revision{2}, RowNumber{2}, RowKind::put});
  const Entry live = Entry::with(history);
  CHECK(live.has_history());
  CHECK(live.is_live());
  CHECK(live.history() == history);

  history = History::append(blocks, history, Change{Revision{3}, RowNumber{3}, RowKind::tombstone});
  const Entry dead = Entry::with(history);
  CHECK(dead.has_history());
  CHECK(!dead.is_live());
  CHECK(dead.history() == history);
  History::destroy(blocks, history);
}

TEST_CASE("a child is an address and a count") {
  auto* address = reinterpret_cast<quorate::mvcc::keytree::Node*>(std::uintptr_t{0x7f0000001000});
  const Child child = Child::from(Child{address, 12345678901}.cell());
  CHECK(child.node == address);
  CHECK(child.live == 12345678901);
}
