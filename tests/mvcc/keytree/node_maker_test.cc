#include "server/mvcc/keytree/node_maker.h"

#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using quorate::mvcc::keytree::Blocks;
using quorate::mvcc::keytree::Cell;
using quorate::mvcc::keytree::kPackedKeyMax;
using quorate::mvcc::keytree::Node;
using quorate::mvcc::keytree::NodeKind;
using quorate::mvcc::keytree::NodeMaker;

namespace {

using Strings = std::vector<std::string>;

const std::string kLong(kPackedKeyMax + 100, 'k');

// A cell that says which key it belongs to.
Cell cell_of(std::string_view key) {
  return {std::hash<std::string_view>{}(key), key.size()};
}

struct Bench {
  Blocks blocks;
  NodeMaker maker{blocks};

  Node* make(NodeKind kind, const Strings& keys) {
    std::vector<NodeMaker::Item> items;
    for (const auto& key : keys) items.push_back({key, nullptr, cell_of(key)});
    return maker.make(kind, items);
  }
  // Checks what a node holds, and frees it. The first key of an inner node is not stored.
  void take_apart(NodeKind kind, Node* node, const Strings& keys) {
    REQUIRE(node->count() == keys.size());
    std::string buffer;
    for (std::uint32_t i = 0; i < keys.size(); ++i) {
      if (kind == NodeKind::leaf || i > 0) CHECK(node->key(i, buffer) == keys[i]);
      CHECK(node->cell(i) == cell_of(keys[i]));
    }
    maker.destroy(node);
  }
};

}  // namespace

TEST_CASE("a key goes into a leaf at any place, sharing its prefix or not, short or long") {
  const Strings keys{"m/1", "m/22", "m/333", "m/4" + kLong, "m/5"};
  for (const std::string& key : Strings{"", "a", "m", "m/", "m/0", "m/222", "m/3", "m/5\xff", "n",
                                        "m/" + kLong, "m/6" + kLong, "a" + kLong, "z" + kLong}) {
    CAPTURE(key.substr(0, 8));
    Bench bench;
    Node* node = bench.make(NodeKind::leaf, keys);
    const std::size_t predicted = NodeMaker::bytes_with(*node, key);
    const std::uint32_t at = node->search(key).at;
    node = bench.maker.insert(NodeKind::leaf, node, at, key, cell_of(key));
    CHECK(node->block_bytes() == predicted);
    Strings expected = keys;
    expected.insert(std::ranges::lower_bound(expected, key), key);
    bench.take_apart(NodeKind::leaf, node, expected);
    CHECK(bench.blocks.cost() == 0);
  }
}

TEST_CASE("a split cuts a leaf in two of about the same size, and the separator is short") {
  Bench bench;
  Strings keys;
  for (int i = 10; i < 60; ++i) keys.push_back("key" + std::to_string(i) + "-with-a-tail");
  Node* node = bench.make(NodeKind::leaf, keys);
  const std::string key = "key20-x";
  const auto halves =
      bench.maker.split(NodeKind::leaf, node, node->search(key).at, key, cell_of(key), 1);
  keys.insert(std::ranges::lower_bound(keys, key), key);
  const auto left = static_cast<std::ptrdiff_t>(halves.left->count());
  CHECK(left > 20);
  CHECK(left < 31);
  CHECK(halves.separator == keys[static_cast<std::size_t>(left)].substr(0, 5));
  bench.take_apart(NodeKind::leaf, halves.left, {keys.begin(), keys.begin() + left});
  bench.take_apart(NodeKind::leaf, halves.right, {keys.begin() + left, keys.end()});
  CHECK(bench.blocks.cost() == 0);
}

TEST_CASE("a key added at the end of a leaf starts the next one by itself") {
  Bench bench;
  const Strings keys{"a", "b", "c"};
  const auto halves =
      bench.maker.split(NodeKind::leaf, bench.make(NodeKind::leaf, keys), 3, "d", cell_of("d"), 1);
  CHECK(halves.separator == "d");
  bench.take_apart(NodeKind::leaf, halves.left, keys);
  bench.take_apart(NodeKind::leaf, halves.right, {"d"});
}

TEST_CASE("a key that lacks the others' prefix does not spoil it for them") {
  Bench bench;
  Strings keys;
  for (int i = 0; i < 90; ++i) keys.push_back(std::string(500, 'p') + std::to_string(100 + i));
  Node* node = bench.make(NodeKind::leaf, keys);
  const std::size_t bytes = node->block_bytes();
  const auto halves = bench.maker.split(NodeKind::leaf, node, 0, "a", cell_of("a"), 1);
  CHECK(halves.separator == "p");
  CHECK(halves.right->block_bytes() == bytes);
  bench.take_apart(NodeKind::leaf, halves.left, {"a"});
  bench.take_apart(NodeKind::leaf, halves.right, keys);
}

TEST_CASE("an inner node's split moves a key up: the separator is the right side's first") {
  Bench bench;
  Node* node = bench.make(NodeKind::inner, {"-", "b", "c" + kLong, "d"});
  const auto halves =
      bench.maker.split(NodeKind::inner, node, 1, "a" + kLong, cell_of("a" + kLong), 2);
  CHECK(halves.separator == "c" + kLong);
  Strings left{"-", "a" + kLong, "b"};
  Strings right{"c" + kLong, "d"};
  if (halves.left->count() == 2) FAIL("cut elsewhere");
  bench.take_apart(NodeKind::inner, halves.left, left);
  bench.take_apart(NodeKind::inner, halves.right, right);
  CHECK(bench.blocks.cost() == 0);
}

TEST_CASE("keys go from a node wherever they stand, with the blocks of long ones") {
  const Strings keys{"a" + kLong, "b", "c" + kLong, "d", "e" + kLong};
  const std::vector<std::vector<std::uint32_t>> choices{
      {}, {0}, {4}, {1, 3}, {0, 2, 4}, {0, 1, 2, 3}, {1, 2, 3, 4}};
  for (const auto& doomed : choices) {
    for (const NodeKind kind : {NodeKind::leaf, NodeKind::inner}) {
      Bench bench;
      Strings expected;
      for (std::uint32_t i = 0; i < keys.size(); ++i) {
        if (std::ranges::find(doomed, i) == doomed.end()) expected.push_back(keys[i]);
      }
      bench.take_apart(kind, bench.maker.erase(kind, bench.make(kind, keys), doomed), expected);
      CHECK(bench.blocks.cost() == 0);
    }
  }
}

TEST_CASE("two nodes become one when that fits, and stay as they are when not") {
  Bench bench;
  const Strings left{"aa", "ab" + kLong};
  const Strings right{"ac", "b"};
  for (const NodeKind kind : {NodeKind::leaf, NodeKind::inner}) {
    Node* a = bench.make(kind, left);
    Node* b = bench.make(kind, right);
    const std::size_t cost = bench.blocks.cost();
    CHECK(bench.maker.merge(kind, a, "ac", b, 80) == nullptr);
    CHECK(bench.blocks.cost() == cost);
    Node* both = bench.maker.merge(kind, a, "ac", b, 200);
    REQUIRE(both != nullptr);
    bench.take_apart(kind, both, {"aa", "ab" + kLong, "ac", "b"});
    CHECK(bench.blocks.cost() == 0);
  }
}
