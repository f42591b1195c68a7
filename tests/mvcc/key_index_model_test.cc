// The key index against its model: random operations, all questions at random revisions.
#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "common/rng.h"
#include "server/mvcc/key_index.h"
#include "tests/common/test_seed.h"
#include "tests/mvcc/index_model.h"

using quorate::Revision;
using quorate::Rng;
using quorate::RowNumber;
using quorate::mvcc::Found;
using quorate::mvcc::IndexModel;
using quorate::mvcc::KeyIndex;
using quorate::mvcc::KeyRange;
using quorate::mvcc::Row;
using quorate::mvcc::RowKind;
using quorate::mvcc::RowPtr;

namespace {

using Puts = std::vector<IndexModel::Put>;

// Keys that share much, little or nothing; with zero bytes, 0xff, and some longer than a node.
class KeySource {
 public:
  KeySource(Rng rng, std::size_t size_max) : rng_{rng} {
    const std::size_t count = 20 + rng_.below(300);
    while (keys_.size() < count) keys_.push_back(make(size_max));
  }
  const std::string& any() { return keys_[rng_.below(keys_.size())]; }
  // Most of the time one of the keys, else something near one.
  std::string bound() {
    std::string key = any();
    if (rng_.chance(1, 4)) key.push_back('\0');
    if (rng_.chance(1, 4)) key.resize(rng_.below(key.size() + 1));
    if (rng_.chance(1, 16)) key = "\xff\xff";
    return key;
  }

 private:
  std::string make(std::size_t size_max) {
    static const std::string kAlphabet{"\0\x01/ab\xfe\xff", 7};
    std::string key = keys_.empty() || rng_.chance(1, 2) ? "" : any();
    if (rng_.chance(1, 2)) key.resize(rng_.below(key.size() + 1));
    if (rng_.chance(1, 20)) key.append(rng_.below(size_max), 'x');
    for (std::uint64_t more = 1 + rng_.below(6); more > 0; --more) {
      key.push_back(kAlphabet[rng_.below(kAlphabet.size())]);
    }
    return key;
  }

  Rng rng_;
  std::vector<std::string> keys_;
};

// A range with bounds of its own to keep: KeyRange only borrows.
struct Range {
  std::string begin;
  std::string end;
  KeyRange::Shape shape;

  [[nodiscard]] KeyRange key_range() const {
    switch (shape) {
      case KeyRange::Shape::single:
        return KeyRange::single(begin);
      case KeyRange::Shape::bounded:
        return KeyRange::bounded(begin, end);
      case KeyRange::Shape::open:
        break;
    }
    return KeyRange::from(begin);
  }
};

Puts visited(const KeyIndex& index, const KeyRange& range, std::int64_t at, std::size_t limit) {
  Puts puts;
  index.visit(range, Revision{at}, [&](const Found& found) {
    puts.push_back({std::string{found.key}, found.mod_revision.value(), found.row.value()});
    return puts.size() == limit ? KeyIndex::Visit::stop : KeyIndex::Visit::go_on;
  });
  return puts;
}

Puts visited_back(const KeyIndex& index, const KeyRange& range, std::int64_t at,
                  std::size_t limit) {
  Puts puts;
  index.visit_back(range, Revision{at}, [&](const Found& found) {
    puts.push_back({std::string{found.key}, found.mod_revision.value(), found.row.value()});
    return puts.size() == limit ? KeyIndex::Visit::stop : KeyIndex::Visit::go_on;
  });
  return puts;
}

// One index and its model, the same done to both.
class Duel {
 public:
  Duel(std::uint64_t seed, std::size_t key_size_max, const KeyIndex::NodeLimits& limits)
      : rng_{seed}, keys_{rng_.fork(), key_size_max}, index_{limits} {}

  void run(int batches) {
    for (int batch = 0; batch < batches; ++batch) {
      const bool grows = rng_.chance(2, 3);
      for (std::uint64_t n = rng_.below(60); n > 0; --n) transaction(grows);
      compact_some();
      index_.check_invariants();
      REQUIRE(index_.live_keys() == model_.live_keys());
      for (int n = 0; n < 10; ++n) ask();
      if (rng_.chance(1, 10)) restart();
    }
    finish_compaction();
    index_.check_invariants();
  }

 private:
  // A few changes with one revision; only then may a key be deleted and put again at once.
  void transaction(bool grows) {
    bool has_changed = false;
    for (std::uint64_t changes = 1 + rng_.below(3); changes > 0; --changes) {
      const std::string key = keys_.any();
      if (rng_.chance(grows ? 2 : 1, 3)) {
        const auto state = index_.put(key, Revision{main_ + 1}, RowNumber{row_ + 1});
        REQUIRE(state == model_.put(key, main_ + 1, row_ + 1));
        ++row_;
        has_changed = true;
      } else {
        const bool removed = index_.remove(key, Revision{main_ + 1}, RowNumber{row_ + 1});
        REQUIRE(removed == model_.remove(key, main_ + 1, row_ + 1));
        if (removed) ++row_;
        has_changed = has_changed || removed;
      }
    }
    if (has_changed) ++main_;
  }

  void compact_some() {
    if (!is_compacting_ && main_ > compacted_ && rng_.chance(1, 3)) {
      compacted_ = rng_.between(compacted_ + 1, main_);
      expected_ = model_.compact(compacted_);
      is_compacting_ = true;
      next_ = "";
    }
    for (std::uint64_t slices = rng_.below(4); is_compacting_ && slices > 0; --slices) slice();
  }
  void slice() {
    const auto next = index_.compact_slice(next_, Revision{compacted_}, rng_.below(30), dropped_);
    if (next) {
      REQUIRE(*next > next_);
      next_ = *next;
      return;
    }
    is_compacting_ = false;
    std::vector<std::int64_t> rows;
    for (const RowNumber row : dropped_) rows.push_back(row.value());
    std::ranges::sort(rows);
    REQUIRE(rows == expected_);
    dropped_.clear();
  }
  void finish_compaction() {
    while (is_compacting_) slice();
  }

  void ask() {
    const std::string key = rng_.chance(3, 4) ? keys_.any() : keys_.bound();
    REQUIRE(index_.find(key) == model_.find(key));
    // 0 and anything from the newest on mean the newest.
    const std::int64_t at =
        rng_.chance(1, 4) ? 0 : rng_.between(std::max<std::int64_t>(compacted_, 1), main_ + 2);
    const auto found = index_.find_at(key, Revision{at});
    const auto expected = model_.find_at(key, at);
    REQUIRE(found.has_value() == expected.has_value());
    if (found) REQUIRE(found->row == RowNumber{expected->row});
    ask_range(at);
    ask_kept(key);
  }
  void ask_range(std::int64_t at) {
    const Range range{keys_.bound(), keys_.bound(), static_cast<KeyRange::Shape>(rng_.below(3))};
    Puts expected = model_.visit(range.key_range(), at);
    REQUIRE(visited(index_, range.key_range(), at, 0) == expected);
    REQUIRE(index_.count_at(range.key_range(), Revision{at}) == std::ssize(expected));
    const std::size_t limit = 1 + rng_.below(5);
    Puts head = expected;
    head.resize(std::min(head.size(), limit));
    REQUIRE(visited(index_, range.key_range(), at, limit) == head);
    std::ranges::reverse(expected);
    REQUIRE(visited_back(index_, range.key_range(), at, 0) == expected);
    expected.resize(std::min(expected.size(), limit));
    REQUIRE(visited_back(index_, range.key_range(), at, limit) == expected);
    const auto now = std::ssize(model_.visit(range.key_range(), 0));
    REQUIRE(index_.count(range.key_range()) == now);
  }
  void ask_kept(const std::string& key) {
    const std::int64_t at = rng_.between(std::max<std::int64_t>(compacted_, 1), main_ + 2);
    REQUIRE(index_.keeps_any_at(Revision{at}) == model_.keeps_any_at(at));
    const std::int64_t any_row = rng_.between(1, row_ + 1);
    REQUIRE(index_.is_kept_at(key, RowNumber{any_row}, Revision{at}) ==
            model_.is_kept_at(key, any_row, at));
    const auto known = model_.keys().find(key);
    if (known == model_.keys().end()) return;
    for (const auto& change : known->second) {
      REQUIRE(index_.is_kept_at(key, RowNumber{change.row}, Revision{at}) ==
              model_.is_kept_at(key, change.row, at));
    }
  }

  // A new index from the rows that are left, as at start-up.
  void restart() {
    finish_compaction();
    std::vector<std::pair<std::int64_t, RowPtr>> rows;
    for (const auto& [key, history] : model_.keys()) {
      for (const auto& change : history) {
        Row::Fields fields;
        fields.number = RowNumber{change.row};
        fields.revision = {Revision{change.main}, 0};
        fields.create_revision = Revision{change.create};
        fields.version = change.version;
        fields.kind = change.is_tombstone ? RowKind::tombstone : RowKind::put;
        rows.emplace_back(change.row, RowPtr::make(fields, key, "value"));
      }
    }
    std::ranges::sort(rows, {}, [](const auto& row) { return row.first; });
    index_ = KeyIndex{KeyIndex::NodeLimits{64 + rng_.below(1000), 64 + rng_.below(1000)}};
    for (const auto& [number, row] : rows) index_.restore(*row);
    index_.check_invariants();
  }

  Rng rng_;
  KeySource keys_;
  KeyIndex index_;
  IndexModel model_;
  std::int64_t main_ = 1;
  std::int64_t row_ = 0;
  std::int64_t compacted_ = 0;
  bool is_compacting_ = false;
  std::string next_;                    // where the next slice begins
  std::vector<RowNumber> dropped_;      // by the slices so far
  std::vector<std::int64_t> expected_;  // by all of them
};

}  // namespace

TEST_CASE("an index in tiny nodes answers everything as its model does") {
  for (const std::uint64_t seed : quorate::test_seeds(60)) {
    INFO("again: QUORATE_SEED=", seed, " mvcc_test -tc='an index in tiny nodes*'");
    Duel{seed, 40, {64, 64}}.run(60);
  }
}

TEST_CASE("an index with keys longer than its nodes answers everything as its model does") {
  for (const std::uint64_t seed : quorate::test_seeds(30)) {
    INFO("again: QUORATE_SEED=", seed, " mvcc_test -tc='an index with keys longer*'");
    Duel{seed, 3000, {300, 200}}.run(40);
  }
}

TEST_CASE("an index in nodes of the usual size answers everything as its model does") {
  for (const std::uint64_t seed : quorate::test_seeds(20)) {
    INFO("again: QUORATE_SEED=", seed, " mvcc_test -tc='an index in nodes of the usual size*'");
    Duel{seed, 200, KeyIndex::NodeLimits{}}.run(60);
  }
}
