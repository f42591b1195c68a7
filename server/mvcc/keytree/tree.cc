#include "server/mvcc/keytree/tree.h"

#include <array>

#include "common/ensure.h"

namespace quorate::mvcc::keytree {
namespace {

// A node can be split when both halves get this many keys: an inner node with one child would make
// the tree higher and not wider.
std::uint32_t least_keys(NodeKind kind) {
  return kind == NodeKind::leaf ? 1 : 2;
}

}  // namespace

Tree::Tree(Blocks& blocks, const Limits& limits)
    : blocks_{blocks}, maker_{blocks}, limits_{limits} {
  // A node may exceed its limit by a few keys, and offsets in it have 15 bits.
  ENSURE(limits.leaf_bytes_max <= 16384);
  ENSURE(limits.inner_bytes_max <= 16384);
}

Tree::~Tree() {
  if (root_ != nullptr) destroy(root_, 0);
}

void Tree::destroy(Node* node, std::size_t level) noexcept {
  const bool is_leaf = level + 1 == levels_;
  for (std::uint32_t i = 0; i < node->count(); ++i) {
    if (!is_leaf) {
      destroy(Child::from(node->cell(i)).node, level + 1);
    } else if (const Entry entry{node->cell(i)}; entry.has_history()) {
      History::destroy(blocks_, entry.history());
    }
  }
  maker_.destroy(node);
}

Path Tree::seek(std::string_view key) const {
  Path path;
  if (root_ == nullptr) return path;
  Node* node = root_;
  for (std::size_t level = 0; level + 1 < levels_; ++level) {
    const std::uint32_t at = node->child_for(key);
    path.push(node, at);
    node = Child::from(node->cell(at)).node;
    node->prefetch();
  }
  const Node::Place place = node->search(key);
  path.push(node, place.at);
  path.is_exact_ = place.is_exact;
  return path;
}

Path Tree::seek_end() const {
  Path path;
  Node* node = root_;
  for (std::size_t level = 0; level < levels_; ++level) {
    const bool is_leaf = level + 1 == levels_;
    path.push(node, is_leaf ? node->count() : node->count() - 1);
    if (!is_leaf) node = path.child(level).node;
  }
  return path;
}

std::uint64_t Tree::live_in(NodeKind kind, const Node& node, std::uint32_t end) {
  std::uint64_t live = 0;
  for (std::uint32_t i = 0; i < end; ++i) {
    const Cell cell = node.cell(i);
    live += kind == NodeKind::inner ? Child::from(cell).live : Entry{cell}.is_live() ? 1 : 0;
  }
  return live;
}

std::uint64_t Tree::live_before(std::string_view key) const {
  const Path path = seek(key);
  std::uint64_t live = 0;
  for (std::size_t level = 0; level < path.levels(); ++level) {
    live += live_in(kind_at(path, level), *path.step(level).node, path.step(level).at);
  }
  return live;
}

NodeKind Tree::kind_at(const Path& path, std::size_t level) const {
  return level + 1 == path.levels() ? NodeKind::leaf : NodeKind::inner;
}

std::size_t Tree::bytes_max(NodeKind kind) const {
  return kind == NodeKind::leaf ? limits_.leaf_bytes_max : limits_.inner_bytes_max;
}

void Tree::add_live(const Path& path, std::int64_t change) {
  live_ += static_cast<std::uint64_t>(change);
  for (std::size_t level = 0; level + 1 < path.levels(); ++level) {
    const Path::Step& step = path.step(level);
    Child child = path.child(level);
    child.live += static_cast<std::uint64_t>(change);
    step.node->set_cell(step.at, child.cell());
  }
}

void Tree::replace(const Path& path, std::size_t level, Node* node) {
  if (level == 0) {
    root_ = node;
    return;
  }
  const Path::Step& above = path.step(level - 1);
  above.node->set_cell(above.at, Child{node, path.child(level - 1).live}.cell());
}

void Tree::update(const Path& path, const Entry& entry) {
  ENSURE(path.is_exact());
  const int before = path.entry().is_live() ? 1 : 0;
  const int after = entry.is_live() ? 1 : 0;
  path.step(path.levels() - 1).node->set_cell(path.at(), entry.cell());
  if (before != after) add_live(path, after - before);
}

void Tree::set_same_life(const Path& path, std::uint32_t i, const Entry& entry) {
  ENSURE(Entry{path.leaf().cell(i)}.is_live() == entry.is_live());
  path.step(path.levels() - 1).node->set_cell(i, entry.cell());
}

void Tree::insert(const Path& path, std::string_view key, const Entry& entry) {
  ENSURE(!path.is_exact());
  if (entry.is_live()) add_live(path, 1);
  if (root_ == nullptr) {
    const NodeMaker::Item only{key, nullptr, entry.cell()};
    root_ = maker_.make(NodeKind::leaf, {&only, 1});
    levels_ = 1;
    nodes_ = 1;
    return;
  }
  insert_at(path, path.levels() - 1, path.at(), key, entry.cell());
}

void Tree::insert_at(const Path& path, std::size_t level, std::uint32_t at, std::string_view key,
                     const Cell& cell) {
  const NodeKind kind = kind_at(path, level);
  Node* node = path.step(level).node;
  const bool can_split = node->count() + 1 >= 2 * least_keys(kind);
  if (!can_split || NodeMaker::bytes_with(*node, key) <= bytes_max(kind)) {
    replace(path, level, maker_.insert(kind, node, at, key, cell));
    return;
  }
  const auto halves = maker_.split(kind, node, at, key, cell, least_keys(kind));
  ++nodes_;
  if (level == 0) {
    grow_root(kind, halves);
    return;
  }
  const Child left{halves.left, live_in(kind, *halves.left, halves.left->count())};
  const Child right{halves.right, live_in(kind, *halves.right, halves.right->count())};
  const Path::Step& above = path.step(level - 1);
  above.node->set_cell(above.at, left.cell());
  insert_at(path, level - 1, above.at + 1, halves.separator, right.cell());
}

void Tree::grow_root(NodeKind kind, const NodeMaker::Halves& halves) {
  const Child left{halves.left, live_in(kind, *halves.left, halves.left->count())};
  const Child right{halves.right, live_in(kind, *halves.right, halves.right->count())};
  const std::array<NodeMaker::Item, 2> both{
      NodeMaker::Item{{}, nullptr, left.cell()},
      NodeMaker::Item{halves.separator, nullptr, right.cell()},
  };
  root_ = maker_.make(NodeKind::inner, both);
  ++levels_;
  ++nodes_;
  ENSURE(levels_ <= kLevelsMax);
}

void Tree::erase_dead(const Path& path, std::span<const std::uint32_t> doomed) {
  erase_at(path, path.levels() - 1, doomed);
  shrink_root();
}

void Tree::erase_at(const Path& path, std::size_t level, std::span<const std::uint32_t> doomed) {
  const NodeKind kind = kind_at(path, level);
  Node* node = path.step(level).node;
  if (doomed.size() < node->count()) {
    replace(path, level, maker_.erase(kind, node, doomed));
    merge_if_small(path, level);
    return;
  }
  maker_.destroy(node);
  --nodes_;
  if (level == 0) {
    root_ = nullptr;
    levels_ = 0;
    return;
  }
  const std::uint32_t above = path.step(level - 1).at;
  erase_at(path, level - 1, {&above, 1});
}

// Nodes are not held to a minimum: only where a quarter of the space is used and a neighbour under
// the same parent has room, two become one.
void Tree::merge_if_small(const Path& path, std::size_t level) {
  if (level == 0) return;
  const Path::Step& above = path.step(level - 1);
  const NodeKind kind = kind_at(path, level);
  const std::uint32_t count = above.node->count();
  if (count < 2) return;
  if (path.child(level - 1).node->block_bytes() > bytes_max(kind) / 4) return;
  const std::uint32_t right_at = above.at > 0 ? above.at : 1;
  const Child left = Child::from(above.node->cell(right_at - 1));
  const Child right = Child::from(above.node->cell(right_at));
  std::string buffer;
  const std::string_view separator = above.node->key(right_at, buffer);
  Node* both = maker_.merge(kind, left.node, separator, right.node, bytes_max(kind) * 3 / 4);
  if (both == nullptr) return;
  --nodes_;
  above.node->set_cell(right_at - 1, Child{both, left.live + right.live}.cell());
  erase_at(path, level - 1, {&right_at, 1});
}

void Tree::shrink_root() {
  while (levels_ > 1 && root_->count() == 1) {
    Node* only = Child::from(root_->cell(0)).node;
    maker_.destroy(root_);
    --nodes_;
    root_ = only;
    --levels_;
  }
}

}  // namespace quorate::mvcc::keytree
