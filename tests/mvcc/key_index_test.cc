#include "server/mvcc/key_index.h"

#include <algorithm>
#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using quorate::Revision;
using quorate::RowNumber;
using quorate::mvcc::Found;
using quorate::mvcc::KeyIndex;
using quorate::mvcc::KeyRange;
using quorate::mvcc::KeyState;
using quorate::mvcc::Row;
using quorate::mvcc::RowKind;
using quorate::mvcc::RowPtr;

namespace {

using namespace std::string_literals;
using Rows = std::vector<std::int64_t>;

// An index in which row numbers count up by themselves.
struct Fixture {
  KeyIndex index;
  std::int64_t row = 0;

  KeyState put(std::string_view key, std::int64_t main) {
    return index.put(key, Revision{main}, RowNumber{++row});
  }
  bool remove(std::string_view key, std::int64_t main) {
    const bool removed = index.remove(key, Revision{main}, RowNumber{row + 1});
    if (removed) ++row;
    return removed;
  }
  // The row a read finds; 0 for none.
  [[nodiscard]] std::int64_t row_at(std::string_view key, std::int64_t at) const {
    const auto found = index.find_at(key, Revision{at});
    if (found) CHECK(found->key == key);
    return found ? found->row.value() : 0;
  }
  [[nodiscard]] std::vector<std::string> keys(const KeyRange& range, std::int64_t at = 0) const {
    std::vector<std::string> keys;
    index.visit(range, Revision{at}, [&](const Found& found) {
      keys.emplace_back(found.key);
      return KeyIndex::Visit::go_on;
    });
    return keys;
  }
  [[nodiscard]] std::vector<std::string> keys_back(const KeyRange& range,
                                                   std::int64_t at = 0) const {
    std::vector<std::string> keys;
    index.visit_back(range, Revision{at}, [&](const Found& found) {
      keys.emplace_back(found.key);
      return KeyIndex::Visit::go_on;
    });
    return keys;
  }
  // The rows to delete, ascending.
  Rows compact(std::int64_t at) {
    std::vector<RowNumber> dropped;
    CHECK(!index.compact_slice("", Revision{at}, 1'000'000, dropped));
    Rows rows;
    for (const RowNumber number : dropped) rows.push_back(number.value());
    std::ranges::sort(rows);
    index.check_invariants();
    return rows;
  }
  void restore(std::string_view key, std::int64_t number, std::int64_t main, std::int64_t create,
               std::int64_t version) {
    Row::Fields fields;
    fields.number = RowNumber{number};
    fields.revision = {Revision{main}, 0};
    fields.create_revision = Revision{create};
    fields.version = version;
    fields.kind = version == 0 ? RowKind::tombstone : RowKind::put;
    index.restore(*RowPtr::make(fields, key, ""));
    row = number;
  }
};

using Strings = std::vector<std::string>;

}  // namespace

TEST_CASE("versions count the puts of a generation; a deleted key begins a new one") {
  Fixture f;
  CHECK(f.put("k", 2) == KeyState{Revision{2}, Revision{2}, 1, RowNumber{1}});
  CHECK(f.put("k", 3) == KeyState{Revision{3}, Revision{2}, 2, RowNumber{2}});
  CHECK(f.put("k", 7) == KeyState{Revision{7}, Revision{2}, 3, RowNumber{3}});
  CHECK(f.remove("k", 8));
  CHECK(!f.index.find("k"));
  CHECK(!f.remove("k", 9));
  CHECK(f.put("k", 9) == KeyState{Revision{9}, Revision{9}, 1, RowNumber{5}});
  CHECK(f.index.find("k") == KeyState{Revision{9}, Revision{9}, 1, RowNumber{5}});
  CHECK(!f.index.find("j"));
  CHECK(!f.remove("j", 10));
}

TEST_CASE("a read at a revision sees the last change at or before it") {
  Fixture f;
  f.put("k", 2);
  f.put("k", 4);
  f.remove("k", 6);
  f.put("k", 8);
  CHECK(f.row_at("k", 1) == 0);
  CHECK(f.row_at("k", 2) == 1);
  CHECK(f.row_at("k", 3) == 1);
  CHECK(f.row_at("k", 4) == 2);
  CHECK(f.row_at("k", 6) == 0);
  CHECK(f.row_at("k", 7) == 0);
  CHECK(f.row_at("k", 8) == 4);
  CHECK(f.row_at("k", 99) == 4);
  CHECK(f.row_at("k", 0) == 4);
  CHECK(f.row_at("kk", 0) == 0);
}

TEST_CASE("a key deleted and put again in one transaction lives, with both changes at once") {
  Fixture f;
  f.put("d1", 2);
  f.remove("d1", 3);
  CHECK(f.put("d1", 3) == KeyState{Revision{3}, Revision{3}, 1, RowNumber{3}});
  CHECK(f.row_at("d1", 3) == 3);
  CHECK(f.row_at("d1", 2) == 1);
  CHECK(f.put("d2", 4).row == RowNumber{4});
  CHECK(f.remove("d2", 4));
  CHECK(f.row_at("d2", 4) == 0);
  CHECK(f.index.live_keys() == 1);
  CHECK(f.compact(4) == Rows{1, 2, 4});
  CHECK(f.row_at("d1", 4) == 3);
}

TEST_CASE("ranges are half open, and \\0 as their end means everything behind") {
  Fixture f;
  for (const auto& key : Strings{"a", "a\0"s, "a/", "b", "\xff", "\xff\xff"}) f.put(key, 2);
  CHECK(f.keys(KeyRange::all()) == Strings{"a", "a\0"s, "a/", "b", "\xff", "\xff\xff"});
  CHECK(f.keys(KeyRange::of("a", "b")) == Strings{"a", "a\0"s, "a/"});
  CHECK(f.keys(KeyRange::of("a\0"s, "b\0"s)) == Strings{"a\0"s, "a/", "b"});
  CHECK(f.keys(KeyRange::of("a/", "\0"s)) == Strings{"a/", "b", "\xff", "\xff\xff"});
  CHECK(f.keys(KeyRange::of("a", "")) == Strings{"a"});
  CHECK(f.keys(KeyRange::of("c", "")).empty());
  CHECK(f.keys(KeyRange::of("b", "a")).empty());
  CHECK(f.keys(KeyRange::of("b", "b")).empty());
  CHECK(f.keys_back(KeyRange::of("a", "b")) == Strings{"a/", "a\0"s, "a"});
  CHECK(f.keys_back(KeyRange::from("b")) == Strings{"\xff\xff", "\xff", "b"});
  CHECK(f.keys_back(KeyRange::single("b")) == Strings{"b"});
  CHECK(f.keys_back(KeyRange::of("b", "a")).empty());
  CHECK(f.index.count(KeyRange::of("a", "b")) == 3);
  CHECK(f.index.count(KeyRange::of("b", "a")) == 0);
  CHECK(f.index.count(KeyRange::of("a/", "\0"s)) == 4);
  CHECK(f.index.count(KeyRange::single("b")) == 1);
  CHECK(f.index.count(KeyRange::single("c")) == 0);
}

TEST_CASE("an empty index answers like one without matches") {
  const Fixture f;
  CHECK(f.keys(KeyRange::all()).empty());
  CHECK(f.keys_back(KeyRange::all()).empty());
  CHECK(f.index.count(KeyRange::all()) == 0);
  CHECK(f.index.count_at(KeyRange::all(), Revision{5}) == 0);
  CHECK(!f.index.find("a"));
  CHECK(!f.index.keeps_any_at(Revision{5}));
  f.index.check_invariants();
}

TEST_CASE("deleted keys leave the counts but not the past") {
  Fixture f;
  for (int i = 0; i < 10; ++i) f.put("k" + std::to_string(i), 2 + i);
  for (int i = 0; i < 10; i += 2) f.remove("k" + std::to_string(i), 20);
  CHECK(f.index.live_keys() == 5);
  CHECK(f.index.count(KeyRange::all()) == 5);
  CHECK(f.index.count(KeyRange::of("k0", "k4")) == 2);
  CHECK(f.index.count_at(KeyRange::all(), Revision{19}) == 10);
  CHECK(f.index.count_at(KeyRange::all(), Revision{5}) == 4);
  CHECK(f.keys(KeyRange::of("k0", "k4"), 19) == Strings{"k0", "k1", "k2", "k3"});
  CHECK(f.keys(KeyRange::of("k0", "k4")) == Strings{"k1", "k3"});
  f.put("k4", 21);
  CHECK(f.index.live_keys() == 6);
}

// The generations of the first comment in etcd's key_index.go: {1, 2, 3(t)}, {4, 5(t)}, {6}.
TEST_CASE("compactions drop what etcd drops, a tombstone one revision after its own") {
  const std::vector<Rows> dropped{{}, {1}, {1, 2}, {1, 2, 3}, {1, 2, 3, 4}, {1, 2, 3, 4, 5}};
  for (std::size_t i = 0; i < dropped.size(); ++i) {
    Fixture f;
    f.put("foo", 1);
    f.put("foo", 2);
    f.remove("foo", 3);
    f.put("foo", 4);
    f.remove("foo", 5);
    f.put("foo", 6);
    const auto at = static_cast<std::int64_t>(i + 1);
    for (std::int64_t row = 1; row <= 6; ++row) {
      const bool is_dropped = row <= std::ssize(dropped[i]);
      CHECK(f.index.is_kept_at("foo", RowNumber{row}, Revision{at}) == !is_dropped);
    }
    CHECK(f.compact(at) == dropped[i]);
    CHECK(f.index.find("foo") == KeyState{Revision{6}, Revision{6}, 1, RowNumber{6}});
  }
}

TEST_CASE("a key whose tombstone is compacted away is gone from memory") {
  Fixture f;
  const std::size_t empty = f.index.memory_bytes();
  f.put("k", 2);
  f.remove("k", 3);
  CHECK(f.compact(3) == Rows{1});
  CHECK(f.index.memory_bytes() > empty);
  CHECK(f.compact(4) == Rows{2});
  CHECK(f.index.memory_bytes() == empty);
}

TEST_CASE("version and create revision outlive the rows they were counted from") {
  Fixture f;
  for (int main = 2; main <= 5; ++main) f.put("k", main);
  CHECK(f.compact(5) == Rows{1, 2, 3});
  CHECK(f.index.find("k") == KeyState{Revision{5}, Revision{2}, 4, RowNumber{4}});
  CHECK(f.put("k", 6) == KeyState{Revision{6}, Revision{2}, 5, RowNumber{5}});
}

TEST_CASE("a key put once takes no history, and again none when compaction leaves only that") {
  Fixture f;
  f.put("k", 2);
  const std::size_t once = f.index.memory_bytes();
  f.remove("k", 3);
  CHECK(f.index.memory_bytes() > once);
  f.put("k", 4);
  CHECK(f.compact(4) == Rows{1, 2});
  CHECK(f.index.memory_bytes() == once);
  CHECK(f.index.find("k") == KeyState{Revision{4}, Revision{4}, 1, RowNumber{3}});
}

TEST_CASE("a compaction at a revision ahead of every change leaves later writes their place") {
  Fixture f;
  f.put("k", 2);
  CHECK(f.compact(10) == Rows{});
  CHECK(f.put("k", 11).version == 2);
  CHECK(f.row_at("k", 10) == 1);
}

TEST_CASE("slices go on where the last one ended, whatever has changed in between") {
  KeyIndex index{KeyIndex::NodeLimits{64, 64}};
  std::int64_t row = 0;
  const auto key = [](int n) { return "key" + std::to_string(1000 + n); };
  for (int round = 2; round <= 4; ++round) {
    for (int n = 0; n < 100; ++n) index.put(key(n), Revision{round}, RowNumber{++row});
  }
  std::vector<RowNumber> dropped;
  std::optional<std::string> next{""};
  std::int64_t main = 4;
  int slices = 0;
  for (int n = 0; next; ++n) {
    next = index.compact_slice(*next, Revision{4}, 5, dropped);
    index.check_invariants();
    ++slices;
    // Behind and ahead of the compaction alike.
    ++main;
    index.put(key(n % 100) + "new", Revision{main}, RowNumber{++row});
    index.put(key((n * 37) % 100), Revision{main}, RowNumber{++row});
    if (index.remove(key((n * 53) % 100), Revision{main}, RowNumber{row + 1})) ++row;
  }
  CHECK(slices > 10);
  REQUIRE(dropped.size() == 200);
  std::ranges::sort(dropped);
  for (std::int64_t i = 0; i < 200; ++i)
    CHECK(dropped[static_cast<std::size_t>(i)].value() == i + 1);
}

TEST_CASE("for a hash, a tombstone at the revision itself is kept, but not found") {
  Fixture f;
  f.put("k", 2);
  f.remove("k", 3);
  CHECK(f.index.is_kept_at("k", RowNumber{2}, Revision{3}));
  CHECK(!f.index.is_kept_at("k", RowNumber{1}, Revision{3}));
  CHECK(f.index.keeps_any_at(Revision{3}));
  CHECK(f.index.count_at(KeyRange::all(), Revision{3}) == 0);
  f.put("other", 4);
  f.remove("other", 5);
  CHECK(!f.index.is_kept_at("k", RowNumber{2}, Revision{4}));
  CHECK(!f.index.is_kept_at("j", RowNumber{2}, Revision{4}));
  CHECK(f.index.keeps_any_at(Revision{4}));
  CHECK(f.index.keeps_any_at(Revision{5}));
  CHECK(!f.index.keeps_any_at(Revision{6}));
}

TEST_CASE("an index restored from what compaction left goes on as the old one would") {
  Fixture f;
  f.restore("gone", 3, 3, 0, 0);  // only the tombstone is left
  f.restore("old", 5, 5, 2, 3);   // its third put
  f.restore("once", 6, 5, 5, 1);  // in the same transaction
  f.restore("old", 8, 7, 2, 4);
  f.restore("again", 9, 8, 8, 1);
  f.restore("again", 10, 9, 0, 0);
  f.restore("again", 11, 10, 10, 1);
  f.index.check_invariants();
  CHECK(f.index.live_keys() == 3);
  CHECK(!f.index.find("gone"));
  CHECK(f.row_at("gone", 3) == 0);
  CHECK(f.index.find("old") == KeyState{Revision{7}, Revision{2}, 4, RowNumber{8}});
  CHECK(f.row_at("old", 6) == 5);
  CHECK(f.index.find("once") == KeyState{Revision{5}, Revision{5}, 1, RowNumber{6}});
  CHECK(f.row_at("again", 8) == 9);
  CHECK(f.row_at("again", 9) == 0);
  CHECK(f.put("old", 11).version == 5);
  CHECK(f.put("gone", 12) == KeyState{Revision{12}, Revision{12}, 1, RowNumber{13}});
  CHECK(f.put("again", 13).version == 2);
  CHECK(f.compact(13) == Rows{3, 5, 8, 9, 10, 11});
}

TEST_CASE("the longest keys a request can carry work like any other") {
  Fixture f;
  const std::string big(1'500'000, 'x');
  f.put(big + "b", 2);
  f.put(big + "a", 3);
  f.put("y", 4);
  f.put(big, 5);
  CHECK(f.index.find(big + "a")->mod_revision == Revision{3});
  CHECK(!f.index.find(big + "c"));
  CHECK(f.keys(KeyRange::all()) == Strings{big, big + "a", big + "b", "y"});
  CHECK(f.index.count(KeyRange::of(big + "a", big + "c")) == 2);
  f.index.check_invariants();
  for (const auto& key : Strings{big, big + "a", big + "b"}) f.remove(key, 6);
  CHECK(f.compact(7).size() == 6);
  CHECK(f.index.memory_bytes() < 2000);
}

TEST_CASE("revisions and rows near the end of their range are kept whole") {
  Fixture f;
  f.row = (std::int64_t{1} << 61) - 4;
  const std::int64_t last = INT64_MAX;
  f.put("k", last - 2);
  CHECK(f.index.find("k")->mod_revision == Revision{last - 2});
  f.put("k", last - 1);
  CHECK(f.index.find("k")->row == RowNumber{(std::int64_t{1} << 61) - 2});
  CHECK(f.row_at("k", last - 2) == (std::int64_t{1} << 61) - 3);
}

TEST_CASE("the dump names what an operator wants to know") {
  Fixture f;
  f.put("a", 2);
  f.put("b", 3);
  f.remove("a", 4);
  std::ostringstream out;
  f.index.dump(out);
  CHECK(out.str() == "key_index live=1 nodes=1 levels=1 bytes=" +
                         std::to_string(f.index.memory_bytes()) + " revision=4 row=3\n");
}

TEST_CASE("an index moves with all that is in it") {
  Fixture f;
  f.put("a", 2);
  KeyIndex other = std::move(f.index);
  CHECK(other.find("a")->mod_revision == Revision{2});
  KeyIndex third;
  third.put("z", Revision{9}, RowNumber{9});
  third = std::move(other);
  CHECK(third.live_keys() == 1);
  CHECK(!third.find("z"));
}
