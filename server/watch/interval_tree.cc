#include "server/watch/interval_tree.h"

#include <utility>

#include "common/ensure.h"

namespace quorate::watch {

using mvcc::KeyRange;
using Shape = KeyRange::Shape;

struct IntervalTree::Node : Interest {
  Node(const KeyRange& range, std::uint64_t drawn)
      : begin{range.begin_key()}, end{range.end_key()}, priority{drawn} {
    shape = range.shape();
  }

  [[nodiscard]] KeyRange range() const {
    return shape == Shape::open ? KeyRange::from(begin) : KeyRange::bounded(begin, end);
  }
  [[nodiscard]] std::size_t footprint() const { return sizeof(Node) + begin.size() + end.size(); }

  std::string begin;
  std::string end;  // bounded ranges only
  std::uint64_t priority;
  const Node* furthest = this;  // of this subtree
  NodePtr left;
  NodePtr right;
};

IntervalTree::IntervalTree(Rng rng) : rng_{rng} {}
IntervalTree::~IntervalTree() = default;

// By beginning, then by end, open ranges last: the order of the tree.
bool IntervalTree::is_before(const KeyRange& a, const KeyRange& b) {
  if (a.begin_key() != b.begin_key()) return a.begin_key() < b.begin_key();
  if (a.shape() != b.shape()) return a.shape() == Shape::bounded;
  return a.end_key() < b.end_key();
}

bool IntervalTree::reaches_further(const Node& a, const Node& b) {
  if (b.shape == Shape::open) return false;
  return a.shape == Shape::open || a.end > b.end;
}

void IntervalTree::update(Node& node) {
  node.furthest = &node;
  for (const Node* child : {node.left.get(), node.right.get()}) {
    if (child != nullptr && reaches_further(*child->furthest, *node.furthest)) {
      node.furthest = child->furthest;
    }
  }
}

void IntervalTree::rotate_left(NodePtr& top) {
  NodePtr up = std::move(top->right);
  top->right = std::move(up->left);
  update(*top);
  up->left = std::move(top);
  top = std::move(up);
  update(*top);
}

void IntervalTree::rotate_right(NodePtr& top) {
  NodePtr up = std::move(top->left);
  top->left = std::move(up->right);
  update(*top);
  up->right = std::move(top);
  top = std::move(up);
  update(*top);
}

Interest& IntervalTree::find_or_add(const KeyRange& range) {
  ENSURE(range.shape() != Shape::single);
  return find_or_add(root_, range);
}

IntervalTree::Node& IntervalTree::find_or_add(NodePtr& at, const KeyRange& range) {
  if (!at) {
    at = std::make_unique<Node>(range, rng_.next());
    bytes_ += at->footprint();
    return *at;
  }
  if (is_before(range, at->range())) {
    Node& node = find_or_add(at->left, range);
    if (at->left->priority > at->priority) {
      rotate_right(at);
    } else {
      update(*at);
    }
    return node;
  }
  if (is_before(at->range(), range)) {
    Node& node = find_or_add(at->right, range);
    if (at->right->priority > at->priority) {
      rotate_left(at);
    } else {
      update(*at);
    }
    return node;
  }
  return *at;
}

void IntervalTree::remove(Interest& interest) {
  // By address the node is known, but not the path to it.
  remove(root_, static_cast<Node&>(interest).range());
}

void IntervalTree::remove(NodePtr& at, const KeyRange& range) {
  ENSURE(at != nullptr);
  if (is_before(range, at->range())) {
    remove(at->left, range);
  } else if (is_before(at->range(), range)) {
    remove(at->right, range);
  } else {
    bytes_ -= at->footprint();
    return sink(at);
  }
  update(*at);
}

// Turns the node downwards until it has one child at most, which takes its place.
void IntervalTree::sink(NodePtr& at) {
  if (!at->left) {
    NodePtr right = std::move(at->right);
    at = std::move(right);
    return;
  }
  if (!at->right) {
    NodePtr left = std::move(at->left);
    at = std::move(left);
    return;
  }
  if (at->left->priority > at->right->priority) {
    rotate_right(at);
    sink(at->right);
  } else {
    rotate_left(at);
    sink(at->left);
  }
  update(*at);
}

void IntervalTree::stab(std::string_view key, FunctionRef<void(Interest&)> visitor) const {
  stab(root_.get(), key, visitor);
}

void IntervalTree::stab(const Node* node, std::string_view key,
                        FunctionRef<void(Interest&)> visitor) {
  if (node == nullptr || node->furthest->range().is_past(key)) return;
  stab(node->left.get(), key, visitor);
  if (key < node->begin) return;  // and so do all ranges to the right begin behind it
  // The tree owns its nodes; looking does not change it, the interest found may be changed.
  if (node->range().contains(key)) visitor(const_cast<Node&>(*node));
  stab(node->right.get(), key, visitor);
}

KeyRange IntervalTree::range_of(const Interest& interest) {
  return static_cast<const Node&>(interest).range();
}

}  // namespace quorate::watch
