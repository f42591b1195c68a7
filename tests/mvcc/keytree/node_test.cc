#include "server/mvcc/keytree/node.h"

#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "server/mvcc/keytree/node_maker.h"

using quorate::mvcc::keytree::Blocks;
using quorate::mvcc::keytree::Cell;
using quorate::mvcc::keytree::kPackedKeyMax;
using quorate::mvcc::keytree::Node;
using quorate::mvcc::keytree::NodeKind;
using quorate::mvcc::keytree::NodeMaker;

namespace {

using namespace std::string_literals;

// A maker, and the nodes a test has made with it.
struct Bench {
  Blocks blocks;
  NodeMaker maker{blocks};

  // Cell i of the result is {i, 10 * i}.
  Node* make(NodeKind kind, const std::vector<std::string>& keys) {
    std::vector<NodeMaker::Item> items;
    for (const auto& key : keys) items.push_back({key, nullptr, cell(items.size())});
    return maker.make(kind, items);
  }
  static Cell cell(std::size_t i) { return {i, 10 * i}; }
};

std::vector<std::string> keys_of(const Node& node) {
  std::vector<std::string> keys;
  std::string buffer;
  for (std::uint32_t i = 0; i < node.count(); ++i) keys.emplace_back(node.key(i, buffer));
  return keys;
}

std::vector<std::uint64_t> cells_of(const Node& node) {
  std::vector<std::uint64_t> cells;
  for (std::uint32_t i = 0; i < node.count(); ++i) {
    CHECK(node.cell(i).second == 10 * node.cell(i).first);
    cells.push_back(node.cell(i).first);
  }
  return cells;
}

using Strings = std::vector<std::string>;
using Numbers = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("a leaf gives back its keys and cells, and stores what they share once") {
  Bench bench;
  const Strings keys{"/a/", "/a/\0"s, "/a/b", "/a/bc", "/a/\xff"};
  Node* node = bench.make(NodeKind::leaf, keys);
  CHECK(keys_of(*node) == keys);
  CHECK(cells_of(*node) == Numbers{0, 1, 2, 3, 4});
  CHECK(node->prefix() == "/a/");
  CHECK(node->rest(3) == "bc");
  // count and prefix size, then head, end and cell of each, the prefix and five bytes of tails
  CHECK(node->block_bytes() == 4 + 5 * 20 + 3 + 5);
  bench.maker.destroy(node);
  CHECK(bench.blocks.cost() == 0);
}

TEST_CASE("a leaf finds each of its keys and the place of all others") {
  Bench bench;
  const Strings keys{"b",     "bb\0"s, "bb\0\0"s, "bb\0\0a"s, "bba",   "bbaa1",
                     "bbaa2", "bbab",  "bbb",     "bbba",     "b\x80", "b\xff\xff"};
  Node* node = bench.make(NodeKind::leaf, keys);
  for (std::uint32_t i = 0; i < keys.size(); ++i) {
    const Node::Place place = node->search(keys[i]);
    CHECK(place.at == i);
    CHECK(place.is_exact);
    const Node::Place next = node->search(keys[i] + '\0');
    CHECK(next.is_exact == (i + 1 < keys.size() && keys[i + 1] == keys[i] + '\0'));
    CHECK(next.at == i + 1);
  }
  const auto place_of = [&](std::string_view key) {
    const Node::Place place = node->search(key);
    CHECK(!place.is_exact);
    return place.at;
  };
  CHECK(place_of("") == 0);
  CHECK(place_of("a") == 0);
  CHECK(place_of("azzz") == 0);
  CHECK(place_of("c") == 12);
  CHECK(place_of("\xff") == 12);
  CHECK(place_of("bba\x01") == 5);
  CHECK(place_of("bbaa15") == 6);
  bench.maker.destroy(node);
}

TEST_CASE("heads are only a hint: keys equal in their first bytes are told apart") {
  Bench bench;
  Strings keys;
  for (int i = 0; i < 100; ++i) keys.push_back("xx" + std::to_string(1000 + i));
  keys.insert(keys.begin(), "a");
  Node* node = bench.make(NodeKind::leaf, keys);
  CHECK(node->prefix().empty());
  for (std::uint32_t i = 0; i < keys.size(); ++i) CHECK(node->search(keys[i]).at == i);
  CHECK(node->search("xx1050a").at == 52);
  CHECK(!node->search("xx1050a").is_exact);
  bench.maker.destroy(node);
}

TEST_CASE("long keys lie outside the node and behave like any other") {
  Bench bench;
  const std::string base(kPackedKeyMax, 'k');
  const Strings keys{"kk", base, base + "a", base + "b", base + std::string(100'000, 'c')};
  Node* node = bench.make(NodeKind::leaf, keys);
  CHECK(keys_of(*node) == keys);
  CHECK(node->long_key(1) == nullptr);
  CHECK(node->long_key(2) != nullptr);
  CHECK(node->block_bytes() < 1000);
  for (std::uint32_t i = 0; i < keys.size(); ++i) {
    CHECK(node->search(keys[i]).at == i);
    CHECK(node->search(keys[i]).is_exact);
  }
  CHECK(node->search(base + "aa").at == 3);
  bench.maker.destroy(node);
  CHECK(bench.blocks.cost() == 0);
}

TEST_CASE("an inner node sends a key to the child whose range it is in") {
  Bench bench;
  // Key 1 is what all keys share, which is also what key 0 reads as.
  Node* node = bench.make(NodeKind::inner, {"ignored", "ab", "abc", "abcd"});
  CHECK(node->prefix() == "ab");
  CHECK(node->child_for("") == 0);
  CHECK(node->child_for("aa\xff") == 0);
  CHECK(node->child_for("ab") == 1);
  CHECK(node->child_for("abb") == 1);
  CHECK(node->child_for("abc") == 2);
  CHECK(node->child_for("abc\xff") == 3);
  CHECK(node->child_for("abcd") == 3);
  CHECK(node->child_for("b") == 3);
  bench.maker.destroy(node);

  Node* only = bench.make(NodeKind::inner, {"ignored"});
  CHECK(only->child_for("") == 0);
  CHECK(only->child_for("\xff") == 0);
  bench.maker.destroy(only);
}
