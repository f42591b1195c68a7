#include "server/mvcc/keytree/tree.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "common/rng.h"
#include "tests/common/test_seed.h"

using quorate::Revision;
using quorate::Rng;
using quorate::RowNumber;
using quorate::mvcc::RowKind;
using quorate::mvcc::keytree::Blocks;
using quorate::mvcc::keytree::Change;
using quorate::mvcc::keytree::Entry;
using quorate::mvcc::keytree::History;
using quorate::mvcc::keytree::Path;
using quorate::mvcc::keytree::Tree;

namespace {

// Nodes of a few keys: a few hundred keys make a deep tree.
constexpr Tree::Limits kTiny{96, 96};

struct Fixture {
  Blocks blocks;
  Tree tree;
  std::int64_t row = 0;

  explicit Fixture(const Tree::Limits& limits = kTiny) : tree{blocks, limits} {}

  void insert(std::string_view key) {
    ++row;
    tree.insert(tree.seek(key), key, Entry::put_once(Revision{row}, RowNumber{row}));
  }
  // Gives the key a history that ends with a tombstone.
  void kill(std::string_view key) {
    const Path path = tree.seek(key);
    REQUIRE(path.is_exact());
    const Entry entry = path.entry();
    History* history = History::make(blocks, {entry.revision(), 1},
                                     Change{entry.revision(), entry.row(), RowKind::put});
    ++row;
    history =
        History::append(blocks, history, Change{Revision{row}, RowNumber{row}, RowKind::tombstone});
    tree.update(path, Entry::with(history));
  }
  void erase(std::string_view key) {
    Path path = tree.seek(key);
    REQUIRE(path.is_exact());
    History::destroy(blocks, path.entry().history());
    const std::uint32_t at = path.at();
    tree.erase_dead(path, {&at, 1});
  }
  void check() const { CHECK(tree.check() == blocks.cost()); }

  [[nodiscard]] std::vector<std::string> keys() const {
    std::vector<std::string> keys;
    Path path = tree.seek({});
    if (path.levels() == 0) return keys;
    std::string buffer;
    do {
      for (std::uint32_t i = 0; i < path.leaf().count(); ++i) {
        keys.emplace_back(path.leaf().key(i, buffer));
      }
    } while (path.next_leaf());
    return keys;
  }
};

std::string number(std::size_t n) {
  std::string text = std::to_string(n);
  return std::string(6 - text.size(), '0') + text;
}

}  // namespace

TEST_CASE("an empty tree has no way to any place") {
  Fixture f;
  CHECK(f.tree.seek("a").levels() == 0);
  CHECK(!f.tree.seek("a").is_exact());
  CHECK(f.tree.seek_end().levels() == 0);
  CHECK(f.tree.live_before("a") == 0);
  f.check();
}

TEST_CASE("keys come out in order whatever the order they went in") {
  std::vector<std::string> sorted;
  for (std::size_t n = 0; n < 500; ++n) sorted.push_back("key/" + number(n));
  std::vector<std::string> keys = sorted;
  for (const char* order : {"ascending", "descending", "shuffled"}) {
    CAPTURE(order);
    Fixture f;
    if (order[0] == 'd') std::ranges::reverse(keys);
    Rng rng{5};
    for (std::size_t i = keys.size(); order[0] == 's' && i > 1; --i) {
      std::swap(keys[i - 1], keys[rng.below(i)]);
    }
    for (const auto& key : keys) {
      f.insert(key);
      f.check();
    }
    CHECK(f.keys() == sorted);
    CHECK(f.tree.levels() >= 4);
    CHECK(f.tree.live() == 500);
  }
}

TEST_CASE("keys added at the end leave full leaves behind them") {
  Fixture ascending{{512, 512}};
  Fixture descending{{512, 512}};
  for (std::size_t n = 0; n < 1000; ++n) {
    ascending.insert(number(n));
    descending.insert(number(999 - n));
  }
  CHECK(ascending.tree.node_count() * 3 < descending.tree.node_count() * 2);
}

TEST_CASE("the rank of a key is the number of live keys before it, in the tree or not") {
  Fixture f;
  for (std::size_t n = 0; n < 300; ++n) f.insert(number(2 * n));
  for (std::size_t n = 0; n < 300; n += 3) f.kill(number(2 * n));
  f.check();
  CHECK(f.tree.live() == 200);
  for (std::size_t n = 0; n < 300; ++n) {
    const std::size_t before = n - (n + 2) / 3;
    CHECK(f.tree.live_before(number(2 * n)) == before);
    CHECK(f.tree.live_before(number(2 * n + 1)) == before + (n % 3 == 0 ? 0 : 1));
  }
}

TEST_CASE("a path goes from leaf to leaf both ways and says where the next one begins") {
  Fixture f;
  for (std::size_t n = 0; n < 200; ++n) f.insert(number(n));
  std::vector<std::string> forth;
  Path path = f.tree.seek({});
  std::string buffer;
  for (bool more = true; more;) {
    for (std::uint32_t i = path.at(); i < path.leaf().count(); ++i) {
      forth.emplace_back(path.leaf().key(i, buffer));
    }
    const auto next_key = path.next_leaf_key();
    more = path.next_leaf();
    REQUIRE(next_key.has_value() == more);
    if (more) {
      CHECK(*next_key > forth.back());
      CHECK(*next_key <= path.leaf().key(0, buffer));
      CHECK(path.at() == 0);
    }
  }
  CHECK(forth.size() == 200);
  std::vector<std::string> back;
  path = f.tree.seek_end();
  do {
    for (std::uint32_t i = path.at(); i > 0; --i) back.emplace_back(path.leaf().key(i - 1, buffer));
  } while (path.previous_leaf());
  std::ranges::reverse(back);
  CHECK(back == forth);
}

TEST_CASE("a tree of which all keys are erased is empty and holds no memory") {
  for (const std::uint64_t seed : quorate::test_seeds(5)) {
    INFO("again: QUORATE_SEED=", seed, " mvcc_test -tc='a tree of which all keys*'");
    Rng rng{seed};
    Fixture f;
    std::vector<std::string> keys;
    for (std::size_t n = 0; n < 400; ++n) keys.push_back(number(n));
    for (const auto& key : keys) f.insert(key);
    const std::uint64_t nodes = f.tree.node_count();
    while (!keys.empty()) {
      const auto at = keys.begin() + static_cast<std::ptrdiff_t>(rng.below(keys.size()));
      f.kill(*at);
      f.erase(*at);
      keys.erase(at);
      if (keys.size() % 16 == 0) {
        f.check();
        CHECK(f.keys() == keys);
      }
      // Sparse neighbours become one: a tenth of the keys does not need half of the nodes.
      if (keys.size() == 1) CHECK(f.tree.levels() == 1);
      if (keys.size() == 40) CHECK(f.tree.node_count() < nodes / 2);
    }
    CHECK(f.tree.levels() == 0);
    CHECK(f.blocks.cost() == 0);
  }
}

TEST_CASE("keys and separators of any length and content find their places") {
  for (const std::uint64_t seed : quorate::test_seeds(20)) {
    INFO("again: QUORATE_SEED=", seed, " mvcc_test -tc='keys and separators of any length*'");
    Rng rng{seed};
    Fixture f{{64 + rng.below(1000), 64 + rng.below(1000)}};
    std::map<std::string, bool> model;  // is it live
    for (int step = 0; step < 400; ++step) {
      std::string key;
      for (std::uint64_t parts = rng.below(4); parts > 0; --parts) {
        key.append(rng.chance(1, 4) ? 200 + rng.below(400) : rng.below(4), "\0k\xff"[rng.below(3)]);
      }
      const auto known = model.find(key);
      if (known == model.end()) {
        f.insert(key);
        model[key] = true;
      } else if (known->second) {
        f.kill(key);
        known->second = false;
      } else {
        f.erase(key);
        model.erase(known);
      }
      if (step % 8 == 0) f.check();
    }
    std::vector<std::string> keys;
    for (const auto& [key, is_live] : model) keys.push_back(key);
    CHECK(f.keys() == keys);
  }
}
