// A node of the tree: keys in order, and 16 bytes beside each, in one block without a byte to
// spare. Nothing can be added in place: a changed node is a new one (node_maker.h).
//
//   | count 2 | prefix size 2 | heads 2*n | ends 2*n | prefix | cells 16*n | tails |
//
//   prefix  what all keys begin with
//   tail    the rest of a key; of a key over kPackedKeyMax the address of a LongKey
//   heads   the first two bytes of each rest, as a big-endian number: a search looks at these, all
//           in one or two cache lines, before it touches a key
//   ends    where each tail ends, counted from the first; the top bit marks a LongKey
//
// In an inner node the cells are children and a key is where its child begins: child i holds the
// keys from key i on, up to key i+1. Child 0 also holds everything before, so key 0 means nothing
// and is not stored: it reads as the prefix.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "server/mvcc/keytree/entry.h"
#include "server/mvcc/keytree/long_key.h"

namespace quorate::mvcc::keytree {

enum class NodeKind : std::uint8_t { leaf, inner };

constexpr std::size_t kPackedKeyMax = 512;

class Node {
 public:
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  [[nodiscard]] std::uint32_t count() const { return count_; }
  [[nodiscard]] std::string_view prefix() const { return {base() + prefix_at(), prefix_size_}; }
  // What follows the prefix in key i.
  [[nodiscard]] std::string_view rest(std::uint32_t i) const {
    if (const LongKey* key = long_key(i)) return key->view().substr(prefix_size_);
    const std::uint32_t begin = tail_begin(i);
    return {base() + tails_at() + begin, tail_end(i) - begin};
  }
  // The block key i lies in, null if it lies here.
  [[nodiscard]] const LongKey* long_key(std::uint32_t i) const {
    if ((ends()[i] & kLong) == 0) return nullptr;
    const LongKey* key;
    std::memcpy(&key, base() + tails_at() + tail_begin(i), sizeof key);
    return key;
  }
  // Key i whole, in `buffer` unless it is a LongKey.
  [[nodiscard]] std::string_view key(std::uint32_t i, std::string& buffer) const;

  [[nodiscard]] Cell cell(std::uint32_t i) const {
    Cell cell;
    std::memcpy(&cell, base() + cells_at() + i * sizeof cell, sizeof cell);
    return cell;
  }
  void set_cell(std::uint32_t i, const Cell& cell) {
    std::memcpy(base() + cells_at() + i * sizeof cell, &cell, sizeof cell);
  }

  // Asks for the part that a search looks at first.
  void prefetch() const {
    for (std::size_t line = 0; line < 3; ++line) __builtin_prefetch(base() + line * 64);
  }
  // The first key not less than the one sought, and whether it is the very one.
  struct Place {
    std::uint32_t at;
    bool is_exact;
  };
  // In a leaf.
  [[nodiscard]] Place search(std::string_view key) const { return search(key, 0); }
  // Which child of an inner node `key` belongs to.
  [[nodiscard]] std::uint32_t child_for(std::string_view key) const {
    const Place place = search(key, 1);
    return place.is_exact ? place.at : place.at - 1;
  }

  [[nodiscard]] std::size_t block_bytes() const {
    return block_bytes(count_, prefix_size_, tails_size());
  }
  // What a block takes.
  [[nodiscard]] static std::size_t block_bytes(std::size_t count, std::size_t prefix,
                                               std::size_t tails) {
    return sizeof(Node) + count * (2 * sizeof(std::uint16_t) + sizeof(Cell)) + prefix + tails;
  }

 private:
  friend class NodeMaker;
  static constexpr std::uint16_t kLong = 0x8000;

  Node(std::uint32_t count, std::size_t prefix)
      : count_{static_cast<std::uint16_t>(count)},
        prefix_size_{static_cast<std::uint16_t>(prefix)} {}

  // Among the keys from `first` on.
  [[nodiscard]] Place search(std::string_view key, std::uint32_t first) const;
  // How the heads of keys compare when the keys do, unless they are equal.
  [[nodiscard]] static std::uint16_t head_of(std::string_view rest);

  [[nodiscard]] const char* base() const { return reinterpret_cast<const char*>(this); }
  [[nodiscard]] char* base() { return reinterpret_cast<char*>(this); }
  [[nodiscard]] const std::uint16_t* heads() const {
    return reinterpret_cast<const std::uint16_t*>(this + 1);
  }
  [[nodiscard]] std::uint16_t* heads() { return reinterpret_cast<std::uint16_t*>(this + 1); }
  [[nodiscard]] const std::uint16_t* ends() const { return heads() + count_; }
  [[nodiscard]] std::uint16_t* ends() { return heads() + count_; }
  [[nodiscard]] std::size_t prefix_at() const {
    return sizeof(Node) + std::size_t{count_} * 2 * sizeof(std::uint16_t);
  }
  [[nodiscard]] std::size_t cells_at() const { return prefix_at() + prefix_size_; }
  [[nodiscard]] std::size_t tails_at() const { return cells_at() + count_ * sizeof(Cell); }
  [[nodiscard]] std::uint32_t tail_begin(std::uint32_t i) const {
    return i == 0 ? 0 : ends()[i - 1] & ~kLong;
  }
  [[nodiscard]] std::uint32_t tail_end(std::uint32_t i) const { return ends()[i] & ~kLong; }
  [[nodiscard]] std::size_t tails_size() const { return tail_begin(count_); }

  std::uint16_t count_;
  std::uint16_t prefix_size_;
};

}  // namespace quorate::mvcc::keytree
