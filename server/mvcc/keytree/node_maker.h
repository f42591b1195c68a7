// Makes nodes out of nodes: the only writer of their blocks. Every call that changes a node
// consumes it and gives a new one; histories and children are carried over as plain cells.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/mvcc/keytree/blocks.h"
#include "server/mvcc/keytree/node.h"

namespace quorate::mvcc::keytree {

// Home: state thread.
class NodeMaker {
 public:
  explicit NodeMaker(Blocks& blocks) : blocks_{blocks} {}

  struct Halves {
    Node* left;
    Node* right;
    std::string separator;  // above every key of left; where right begins
  };

  // One key and what is beside it, outside of any node. `stored` is the block a long key lies in
  // already; null for a short one, or a long one that is new.
  struct Item {
    std::string_view key;
    const LongKey* stored = nullptr;
    Cell cell;
  };

  // Requires: at least one item, in order.
  [[nodiscard]] Node* make(NodeKind kind, std::span<const Item> items);
  // The block size after an insertion.
  [[nodiscard]] static std::size_t bytes_with(const Node& node, std::string_view key);
  // Requires: `key` belongs before key `at`; in an inner node `at` is not 0.
  [[nodiscard]] Node* insert(NodeKind kind, Node* node, std::uint32_t at, std::string_view key,
                             const Cell& cell);
  // As insert, into two nodes of which each has at least `least` keys.
  [[nodiscard]] Halves split(NodeKind kind, Node* node, std::uint32_t at, std::string_view key,
                             const Cell& cell, std::uint32_t least);
  // Requires: `doomed` ascends and some key remains.
  [[nodiscard]] Node* erase(NodeKind kind, Node* node, std::span<const std::uint32_t> doomed);
  // Both in one node, or null, with nothing changed, when that took more than `bytes_max`.
  // `separator` is where right begins.
  [[nodiscard]] Node* merge(NodeKind kind, Node* left, std::string_view separator, Node* right,
                            std::size_t bytes_max);
  // Frees the node and its keys; what the cells point at is the caller's.
  void destroy(Node* node) noexcept;

 private:
  struct Tail;
  static std::size_t prefix_of(NodeKind kind, std::span<const Item> items);
  static std::size_t packed_bytes(NodeKind kind, std::span<const Item> items);
  Tail tail_of(const Item& item, std::size_t prefix);
  [[nodiscard]] Node* allocate(std::size_t count, std::size_t prefix, std::size_t tails);
  [[nodiscard]] Node* widen(const Node& node, std::uint32_t at, std::string_view rest,
                            const Tail& tail, const Cell& cell);
  static std::size_t unpacked_size(const Node& node);
  // Adds the node's items to items_; their short keys are views of buffer_.
  void unpack(const Node& node);
  void clear_items(std::size_t keys_size);
  void give_block(Node* node) noexcept;

  Blocks& blocks_;
  // Used within one call; kept for their memory.
  std::vector<Item> items_;
  std::string buffer_;
};

}  // namespace quorate::mvcc::keytree
