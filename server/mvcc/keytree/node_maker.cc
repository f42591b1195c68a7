#include "server/mvcc/keytree/node_maker.h"

#include <algorithm>
#include <array>
#include <new>

#include "common/ensure.h"

namespace quorate::mvcc::keytree {
namespace {

std::size_t common_prefix(std::string_view a, std::string_view b) {
  const std::size_t shorter = std::min(a.size(), b.size());
  const auto differ =
      std::mismatch(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(shorter), b.begin());
  return static_cast<std::size_t>(differ.first - a.begin());
}

// Copies `count` elements, leaving room for one before element `at`.
void copy_around(char* to, const char* from, std::size_t count, std::size_t at,
                 std::size_t element) {
  std::memcpy(to, from, at * element);
  std::memcpy(to + (at + 1) * element, from + at * element, (count - at) * element);
}

std::size_t weight(const NodeMaker::Item& item) {
  return sizeof(Cell) + std::min(item.key.size(), kPackedKeyMax);
}

// Where to cut after a key went in as number `at`.
std::size_t cut_point(std::span<const NodeMaker::Item> items, std::uint32_t at, std::uint32_t least,
                      bool shares_prefix) {
  // Whoever adds at the end of a node most likely goes on from there: the left side stays full.
  if (at + 1 == items.size()) return items.size() - least;
  // Without the prefix that all others share, a key stands at one end. It goes by itself, or the
  // prefix would be lost to all on its side, which could then outgrow a node.
  if (!shares_prefix) return least;
  std::size_t total = 0;
  for (const auto& item : items) total += weight(item);
  std::size_t cut = 0;
  for (std::size_t left = 0; left < total / 2; ++cut) left += weight(items[cut]);
  return std::clamp<std::size_t>(cut, least, items.size() - least);
}

}  // namespace

// What a node keeps of a key behind the prefix: bytes, or the address of a LongKey.
struct NodeMaker::Tail {
  std::string_view bytes;
  const LongKey* long_key = nullptr;

  [[nodiscard]] std::size_t size() const {
    return long_key != nullptr ? sizeof long_key : bytes.size();
  }
  void write(char* to) const {
    if (long_key != nullptr) {
      std::memcpy(to, &long_key, sizeof long_key);
    } else if (!bytes.empty()) {
      std::memcpy(to, bytes.data(), bytes.size());
    }
  }
};

NodeMaker::Tail NodeMaker::tail_of(const Item& item, std::size_t prefix) {
  if (item.key.size() <= kPackedKeyMax) return {item.key.substr(prefix), nullptr};
  return {{}, item.stored != nullptr ? item.stored : LongKey::make(blocks_, item.key)};
}

Node* NodeMaker::allocate(std::size_t count, std::size_t prefix, std::size_t tails) {
  ENSURE(count < Node::kLong);
  ENSURE(tails < Node::kLong);
  void* block = blocks_.take(Node::block_bytes(count, prefix, tails));
  return new (block) Node{static_cast<std::uint32_t>(count), prefix};
}

void NodeMaker::give_block(Node* node) noexcept {
  blocks_.give(node, node->block_bytes());
}

void NodeMaker::destroy(Node* node) noexcept {
  for (std::uint32_t i = 0; i < node->count(); ++i) {
    if (const LongKey* key = node->long_key(i)) LongKey::destroy(blocks_, key);
  }
  give_block(node);
}

std::size_t NodeMaker::prefix_of(NodeKind kind, std::span<const Item> items) {
  if (kind == NodeKind::inner) items = items.subspan(1);
  if (items.empty()) return 0;
  return std::min(common_prefix(items.front().key, items.back().key), kPackedKeyMax);
}

std::size_t NodeMaker::packed_bytes(NodeKind kind, std::span<const Item> items) {
  const std::size_t prefix = prefix_of(kind, items);
  std::size_t tails = 0;
  for (std::size_t i = kind == NodeKind::inner ? 1 : 0; i < items.size(); ++i) {
    const std::size_t size = items[i].key.size();
    tails += size > kPackedKeyMax ? sizeof(const LongKey*) : size - prefix;
  }
  return Node::block_bytes(items.size(), prefix, tails);
}

Node* NodeMaker::make(NodeKind kind, std::span<const Item> items) {
  ENSURE(!items.empty());
  const std::size_t prefix = prefix_of(kind, items);
  const std::size_t bytes = packed_bytes(kind, items);
  Node* node = allocate(items.size(), prefix, bytes - Node::block_bytes(items.size(), prefix, 0));
  std::size_t end = 0;
  for (std::uint32_t i = 0; i < items.size(); ++i) {
    const Item& item = items[i];
    Tail tail;
    if (kind == NodeKind::leaf || i > 0) {
      tail = tail_of(item, prefix);
      node->heads()[i] = Node::head_of(item.key.substr(prefix));
    } else {
      node->heads()[i] = 0;
      if (item.stored != nullptr) LongKey::destroy(blocks_, item.stored);
    }
    tail.write(node->base() + node->tails_at() + end);
    end += tail.size();
    node->ends()[i] =
        static_cast<std::uint16_t>(end | (tail.long_key != nullptr ? Node::kLong : 0));
    node->set_cell(i, item.cell);
  }
  if (prefix > 0) {
    std::memcpy(node->base() + node->prefix_at(), items.back().key.data(), prefix);
  }
  return node;
}

std::size_t NodeMaker::bytes_with(const Node& node, std::string_view key) {
  // The prefix goes down to what the key shares with it, and every tail but an address gets the
  // difference.
  const std::size_t prefix = common_prefix(node.prefix(), key);
  std::size_t tails = node.tails_size();
  tails += key.size() > kPackedKeyMax ? sizeof(const LongKey*) : key.size() - prefix;
  if (prefix < node.prefix_size_) {
    for (std::uint32_t i = 0; i < node.count(); ++i) {
      if (node.long_key(i) == nullptr) tails += node.prefix_size_ - prefix;
    }
  }
  return Node::block_bytes(node.count() + 1, prefix, tails);
}

// The way of nearly every insertion: the prefix stays, so the parts move over as they are.
Node* NodeMaker::widen(const Node& node, std::uint32_t at, std::string_view rest, const Tail& tail,
                       const Cell& cell) {
  const std::uint32_t count = node.count();
  Node* wider = allocate(count + 1, node.prefix_size_, node.tails_size() + tail.size());
  copy_around(reinterpret_cast<char*>(wider->heads()), reinterpret_cast<const char*>(node.heads()),
              count, at, sizeof(std::uint16_t));
  wider->heads()[at] = Node::head_of(rest);
  std::memcpy(wider->ends(), node.ends(), at * sizeof(std::uint16_t));
  const std::size_t begin = node.tail_begin(at);
  const std::size_t mark = tail.long_key != nullptr ? Node::kLong : 0;
  wider->ends()[at] = static_cast<std::uint16_t>((begin + tail.size()) | mark);
  for (std::uint32_t i = at; i < count; ++i) {
    wider->ends()[i + 1] = static_cast<std::uint16_t>(node.ends()[i] + tail.size());
  }
  std::memcpy(wider->base() + wider->prefix_at(), node.prefix().data(), node.prefix_size_);
  copy_around(wider->base() + wider->cells_at(), node.base() + node.cells_at(), count, at,
              sizeof(Cell));
  wider->set_cell(at, cell);
  const char* old_tails = node.base() + node.tails_at();
  char* tails = wider->base() + wider->tails_at();
  std::memcpy(tails, old_tails, begin);
  tail.write(tails + begin);
  std::memcpy(tails + begin + tail.size(), old_tails + begin, node.tails_size() - begin);
  return wider;
}

Node* NodeMaker::insert(NodeKind kind, Node* node, std::uint32_t at, std::string_view key,
                        const Cell& cell) {
  ENSURE(kind == NodeKind::leaf || at > 0);
  const Item item{key, nullptr, cell};
  Node* grown;
  if (key.starts_with(node->prefix())) {
    grown =
        widen(*node, at, key.substr(node->prefix_size_), tail_of(item, node->prefix_size_), cell);
  } else {
    clear_items(unpacked_size(*node));
    unpack(*node);
    items_.insert(items_.begin() + at, item);
    grown = make(kind, items_);
  }
  give_block(node);
  return grown;
}

NodeMaker::Halves NodeMaker::split(NodeKind kind, Node* node, std::uint32_t at,
                                   std::string_view key, const Cell& cell, std::uint32_t least) {
  ENSURE(kind == NodeKind::leaf || at > 0);
  ENSURE(node->count() + 1 >= 2 * least);
  clear_items(unpacked_size(*node));
  unpack(*node);
  items_.insert(items_.begin() + at, {key, nullptr, cell});
  const std::span<const Item> all = items_;
  const std::size_t cut = cut_point(all, at, least, key.starts_with(node->prefix()));
  // A leaf's separator is only as long as it must be to tell the sides apart.
  std::string_view separator = all[cut].key;
  if (kind == NodeKind::leaf) {
    separator = separator.substr(0, common_prefix(all[cut - 1].key, separator) + 1);
  }
  Halves halves{nullptr, nullptr, std::string{separator}};
  halves.left = make(kind, all.first(cut));
  halves.right = make(kind, all.subspan(cut));
  give_block(node);
  return halves;
}

Node* NodeMaker::erase(NodeKind kind, Node* node, std::span<const std::uint32_t> doomed) {
  clear_items(unpacked_size(*node));
  unpack(*node);
  for (const std::uint32_t i : doomed) {
    if (items_[i].stored != nullptr) LongKey::destroy(blocks_, items_[i].stored);
  }
  std::size_t kept = 0;
  for (std::uint32_t i = 0; i < node->count(); ++i) {
    if (!doomed.empty() && doomed.front() == i) {
      doomed = doomed.subspan(1);
    } else {
      items_[kept++] = items_[i];
    }
  }
  items_.resize(kept);
  Node* rest = make(kind, items_);
  give_block(node);
  return rest;
}

Node* NodeMaker::merge(NodeKind kind, Node* left, std::string_view separator, Node* right,
                       std::size_t bytes_max) {
  clear_items(unpacked_size(*left) + unpacked_size(*right));
  unpack(*left);
  unpack(*right);
  if (kind == NodeKind::inner) items_[left->count()].key = separator;
  if (packed_bytes(kind, items_) > bytes_max) return nullptr;
  Node* both = make(kind, items_);
  give_block(left);
  give_block(right);
  return both;
}

std::size_t NodeMaker::unpacked_size(const Node& node) {
  return node.count() * node.prefix_size_ + node.tails_size();
}

void NodeMaker::clear_items(std::size_t keys_size) {
  items_.clear();
  buffer_.clear();
  buffer_.reserve(keys_size);  // the views into it must not move
}

void NodeMaker::unpack(const Node& node) {
  for (std::uint32_t i = 0; i < node.count(); ++i) {
    const LongKey* stored = node.long_key(i);
    std::string_view key;
    if (stored != nullptr) {
      key = stored->view();
    } else {
      const std::size_t begin = buffer_.size();
      buffer_.append(node.prefix()).append(node.rest(i));
      key = std::string_view{buffer_}.substr(begin);
    }
    items_.push_back({key, stored, node.cell(i)});
  }
}

}  // namespace quorate::mvcc::keytree
