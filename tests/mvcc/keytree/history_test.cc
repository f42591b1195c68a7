#include "server/mvcc/keytree/history.h"

#include <algorithm>
#include <vector>

#include <doctest/doctest.h>

using quorate::Revision;
using quorate::RowNumber;
using quorate::mvcc::RowKind;
using quorate::mvcc::keytree::Blocks;
using quorate::mvcc::keytree::Change;
using quorate::mvcc::keytree::History;

namespace {

Change put(std::int64_t main, std::int64_t row) {
  return {Revision{main}, RowNumber{row}, RowKind::put};
}
Change tombstone(std::int64_t main, std::int64_t row) {
  return {Revision{main}, RowNumber{row}, RowKind::tombstone};
}

// A history freed at the end of the test.
struct Owned {
  Blocks& blocks;
  History* history;

  Owned(Blocks& b, const std::vector<Change>& changes)
      : blocks{b}, history{History::make(b, {changes.front().main(), 1}, changes.front())} {
    for (std::size_t i = 1; i < changes.size(); ++i) {
      history = History::append(blocks, history, changes[i]);
    }
  }
  ~Owned() { History::destroy(blocks, history); }
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;
  History* operator->() const { return history; }
  [[nodiscard]] std::vector<Change> changes() const {
    std::vector<Change> all;
    history->for_oldest(history->size(), [&](const Change& change) { all.push_back(change); });
    return all;
  }
};

}  // namespace

TEST_CASE("a change is 16 bytes and gives back what it was made of, however large") {
  CHECK(sizeof(Change) == 16);
  const Change big{Revision{INT64_MAX}, RowNumber{(std::int64_t{1} << 61) - 1}, RowKind::tombstone};
  CHECK(big.main() == Revision{INT64_MAX});
  CHECK(big.row() == RowNumber{(std::int64_t{1} << 61) - 1});
  CHECK(big.is_tombstone());
  CHECK(!put(1, 1).is_tombstone());
}

TEST_CASE("a history finds the newest change at or before a revision") {
  Blocks blocks;
  const Owned history{blocks, {put(3, 1), put(5, 4), tombstone(9, 7)}};
  CHECK(history->at(Revision{2}) == nullptr);
  CHECK(history->at(Revision{3})->row() == RowNumber{1});
  CHECK(history->at(Revision{4})->row() == RowNumber{1});
  CHECK(history->at(Revision{5})->row() == RowNumber{4});
  CHECK(history->at(Revision{8})->row() == RowNumber{4});
  CHECK(history->at(Revision{9})->row() == RowNumber{7});
  CHECK(history->at(Revision{1000})->row() == RowNumber{7});
}

TEST_CASE("of two changes in one revision the later one counts") {
  Blocks blocks;
  const Owned history{blocks, {put(3, 1), tombstone(5, 4), put(5, 5), put(6, 6)}};
  CHECK(history->at(Revision{5})->row() == RowNumber{5});
}

TEST_CASE("a history keeps every change while it grows, in parts when it is long") {
  std::vector<Change> changes;
  for (std::int64_t i = 1; i <= 1000; ++i) {
    changes.push_back(put(i * 2, i * 3));
    Blocks blocks;
    const Owned history{blocks, changes};
    REQUIRE(history->size() == changes.size());
    REQUIRE(history.changes() == changes);
    REQUIRE(history->newest() == changes.back());
    REQUIRE(blocks.cost() == history->cost());
    // Heads and what is kept free take less than half of it, but for the shortest.
    if (i >= 16) REQUIRE(blocks.cost() < changes.size() * sizeof(Change) * 3 / 2);
  }
}

TEST_CASE("a long history is read and cut as a short one") {
  std::vector<Change> changes;
  for (std::int64_t i = 1; i <= 500; ++i) {
    // Every seventh is a tombstone; every tenth is put in the revision of the one before.
    const std::int64_t main = i * 2 - (i % 10 == 0 ? 2 : 0);
    changes.push_back(i % 7 == 0 ? tombstone(main, i) : put(main, i));
  }
  for (std::uint32_t n = 0; n < changes.size(); n += 9) {
    Blocks blocks;
    Owned history{blocks, changes};
    history->set_generation({Revision{3}, 4});
    history.history = History::drop_oldest(blocks, history.history, n);
    const std::vector<Change> rest{changes.begin() + n, changes.end()};
    REQUIRE(history.changes() == rest);
    REQUIRE(history->generation().version == 4);
    REQUIRE(blocks.cost() == history->cost());
    for (std::int64_t at = 0; at <= 1002; ++at) {
      const auto past = std::ranges::upper_bound(rest, Revision{at}, {}, &Change::main);
      const Change* seen = history->at(Revision{at});
      REQUIRE((seen == nullptr) == (past == rest.begin()));
      if (seen == nullptr) continue;
      REQUIRE(*seen == *(past - 1));
      const auto older = past - 1 - rest.begin();
      const bool is_gone = seen->is_tombstone() && seen->main() < Revision{at};
      const auto obsolete = older + (is_gone ? 1 : 0);
      REQUIRE(history->obsolete_at(Revision{at}) == obsolete);
      if (at % 50 != 0) continue;
      for (std::int64_t row = 0; row <= 501; ++row) {
        const bool is_kept = row > n + obsolete && row <= 500;  // the n-th change has row n
        REQUIRE(history->is_kept_at(RowNumber{row}, Revision{at}) == is_kept);
      }
    }
  }
}

TEST_CASE("a compaction keeps the newest change at or before it, but an older tombstone not") {
  Blocks blocks;
  const Owned history{blocks, {put(3, 1), put(5, 4), tombstone(9, 7), put(12, 8)}};
  CHECK(history->obsolete_at(Revision{2}) == 0);
  CHECK(history->obsolete_at(Revision{3}) == 0);
  CHECK(history->obsolete_at(Revision{5}) == 1);
  CHECK(history->obsolete_at(Revision{8}) == 1);
  CHECK(history->obsolete_at(Revision{9}) == 2);  // a tombstone at the very revision stays
  CHECK(history->obsolete_at(Revision{10}) == 3);
  CHECK(history->obsolete_at(Revision{11}) == 3);
  CHECK(history->obsolete_at(Revision{12}) == 3);
}

TEST_CASE("dropping the oldest changes leaves the others and the generation in a block that fits") {
  Blocks blocks;
  Owned history{blocks, {put(3, 1), put(5, 4), put(9, 7), put(12, 8)}};
  history->set_generation({Revision{3}, 4});
  history.history = History::drop_oldest(blocks, history.history, 3);
  REQUIRE(history->size() == 1);
  CHECK(history->newest() == put(12, 8));
  CHECK(history->generation().create_revision == Revision{3});
  CHECK(history->generation().version == 4);
  CHECK(history->cost() == Blocks::cost_of(sizeof(History) + sizeof(Change)));
  CHECK(blocks.cost() == history->cost());
}
