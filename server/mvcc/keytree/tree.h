// The counted B+ tree over packed nodes. Each child in an inner node comes with the number of live
// keys below it, so that a key's rank, and with two ranks the count of a range, costs one descent.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "server/mvcc/keytree/blocks.h"
#include "server/mvcc/keytree/entry.h"
#include "server/mvcc/keytree/node.h"
#include "server/mvcc/keytree/node_maker.h"

namespace quorate::mvcc::keytree {

// Inner nodes have two children at least when they are made, and a tree with this many levels
// would not fit in any memory.
constexpr std::size_t kLevelsMax = 48;

// The way from the root to a place between two entries of a leaf. Valid until the tree changes.
class Path {
 public:
  struct Step {
    Node* node;
    std::uint32_t at;
  };

  [[nodiscard]] std::size_t levels() const { return levels_; }  // 0: the tree is empty
  [[nodiscard]] const Step& step(std::size_t level) const { return steps_[level]; }  // 0 = root
  [[nodiscard]] const Node& leaf() const { return *steps_[levels_ - 1].node; }
  [[nodiscard]] std::uint32_t at() const { return steps_[levels_ - 1].at; }
  [[nodiscard]] bool is_exact() const { return is_exact_; }  // the key sought is entry at()
  // Requires: is_exact.
  [[nodiscard]] Entry entry() const { return Entry{leaf().cell(at())}; }

  // To the first place of the next leaf, the last place of the one before; false, and the path
  // stays as it is, when there is none.
  bool next_leaf();
  bool previous_leaf();
  // Where the next leaf begins: no key before this one is in it. Nothing for the last leaf.
  [[nodiscard]] std::optional<std::string> next_leaf_key() const;

 private:
  friend class Tree;
  void push(Node* node, std::uint32_t at);
  [[nodiscard]] Child child(std::size_t level) const;  // the one the path goes through

  std::array<Step, kLevelsMax> steps_;
  std::size_t levels_ = 0;
  bool is_exact_ = false;
};

// Home: state thread.
class Tree {
 public:
  struct Limits {
    std::size_t leaf_bytes_max;
    std::size_t inner_bytes_max;
  };

  Tree(Blocks& blocks, const Limits& limits);
  ~Tree();  // and the histories of its entries
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;

  // To the first entry not less than `key`, or behind the last one of the leaf `key` belongs to.
  [[nodiscard]] Path seek(std::string_view key) const;
  // Behind the last entry of all.
  [[nodiscard]] Path seek_end() const;

  // Requires: `path` leads to where `key` is missing.
  void insert(const Path& path, std::string_view key, const Entry& entry);
  // Requires: `path` is exact.
  void update(const Path& path, const Entry& entry);
  // As update for entry `i` of the leaf `path` leads to, when it is as live or dead as before.
  static void set_same_life(const Path& path, std::uint32_t i, const Entry& entry);
  // Takes dead entries (their histories are gone already) out of the leaf `path` leads to.
  // `doomed`: their numbers, ascending. The path is invalid afterwards.
  void erase_dead(const Path& path, std::span<const std::uint32_t> doomed);

  [[nodiscard]] std::uint64_t live() const { return live_; }
  // How many live keys are less than `key`.
  [[nodiscard]] std::uint64_t live_before(std::string_view key) const;

  [[nodiscard]] std::size_t levels() const { return levels_; }
  [[nodiscard]] std::uint64_t node_count() const { return nodes_; }
  // Walks everything and aborts when it is broken; returns what all its blocks cost.
  std::size_t check() const;

 private:
  struct Checker;

  [[nodiscard]] NodeKind kind_at(const Path& path, std::size_t level) const;
  [[nodiscard]] std::size_t bytes_max(NodeKind kind) const;
  [[nodiscard]] static std::uint64_t live_in(NodeKind kind, const Node& node, std::uint32_t end);
  void add_live(const Path& path, std::int64_t change);
  // Puts `node` where the path's node of that level was.
  void replace(const Path& path, std::size_t level, Node* node);
  void insert_at(const Path& path, std::size_t level, std::uint32_t at, std::string_view key,
                 const Cell& cell);
  void grow_root(NodeKind kind, const NodeMaker::Halves& halves);
  void erase_at(const Path& path, std::size_t level, std::span<const std::uint32_t> doomed);
  void merge_if_small(const Path& path, std::size_t level);
  void shrink_root();
  void destroy(Node* node, std::size_t level) noexcept;

  Blocks& blocks_;
  NodeMaker maker_;
  Limits limits_;
  Node* root_ = nullptr;
  std::size_t levels_ = 0;
  std::uint64_t live_ = 0;
  std::uint64_t nodes_ = 0;
};

}  // namespace quorate::mvcc::keytree
