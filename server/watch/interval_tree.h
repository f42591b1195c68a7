// Ranges of keys, found by a key inside: a treap ordered by where ranges begin, in which every node
// knows which range of its subtree reaches furthest.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "common/function_ref.h"
#include "common/rng.h"
#include "server/mvcc/key_range.h"
#include "server/watch/interest.h"

namespace quorate::watch {

// Home: state thread. Ranges are bounded or open, never single keys.
class IntervalTree {
 public:
  // The balance comes from `rng`: no order of insertion makes the tree deep.
  explicit IntervalTree(Rng rng);
  ~IntervalTree();

  Interest& find_or_add(const mvcc::KeyRange& range);
  void remove(Interest& interest);
  // O(log n) for each range found. Ascending by where the ranges begin.
  void stab(std::string_view key, FunctionRef<void(Interest&)> visitor) const;

  [[nodiscard]] static mvcc::KeyRange range_of(const Interest& interest);
  [[nodiscard]] std::size_t memory_bytes() const { return bytes_; }

 private:
  struct Node;
  using NodePtr = std::unique_ptr<Node>;

  static bool is_before(const mvcc::KeyRange& a, const mvcc::KeyRange& b);
  static bool reaches_further(const Node& a, const Node& b);
  static void update(Node& node);
  static void rotate_left(NodePtr& top);
  static void rotate_right(NodePtr& top);
  static void stab(const Node* node, std::string_view key, FunctionRef<void(Interest&)> visitor);

  Node& find_or_add(NodePtr& at, const mvcc::KeyRange& range);
  void remove(NodePtr& at, const mvcc::KeyRange& range);
  static void sink(NodePtr& at);

  Rng rng_;
  NodePtr root_;
  std::size_t bytes_ = 0;
};

}  // namespace quorate::watch
