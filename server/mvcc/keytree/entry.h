// What the tree keeps beside each key: 16 bytes, in a leaf an entry, in an inner node a child.
#pragma once

#include <cstdint>

#include "common/ensure.h"
#include "server/mvcc/keytree/history.h"

namespace quorate::mvcc::keytree {

class Node;

struct Cell {
  std::uint64_t first = 0;
  std::uint64_t second = 0;

  friend bool operator==(const Cell&, const Cell&) = default;
};

// All there is to know about a key. One that was put once and never touched again needs no more
// than revision and row; any other has a history, whose address stands here instead.
//
//   put once:  first = revision   second = row number
//   history:   first = address    second = kHistory, with kDead when its newest change is a
//                                          tombstone: counting live keys must not follow addresses
//
// A value; the history belongs to the tree that holds the cell.
class Entry {
 public:
  static constexpr std::int64_t kRowMax = std::int64_t{1} << 61;  // the bits above are marks

  static Entry put_once(Revision main, RowNumber row) {
    ENSURE(row.value() > 0);
    ENSURE(row.value() < kRowMax);
    return Entry{
        {static_cast<std::uint64_t>(main.value()), static_cast<std::uint64_t>(row.value())}};
  }
  static Entry with(History* history) {
    const std::uint64_t dead = history->newest().is_tombstone() ? kDead : 0;
    return Entry{{reinterpret_cast<std::uintptr_t>(history), kHistory | dead}};
  }
  explicit Entry(const Cell& cell) : cell_{cell} {}

  [[nodiscard]] const Cell& cell() const { return cell_; }
  [[nodiscard]] bool has_history() const { return (cell_.second & kHistory) != 0; }
  [[nodiscard]] bool is_live() const { return (cell_.second & kDead) == 0; }
  [[nodiscard]] History* history() const { return reinterpret_cast<History*>(cell_.first); }
  // Of a key put once.
  [[nodiscard]] Revision revision() const {
    return Revision{static_cast<std::int64_t>(cell_.first)};
  }
  [[nodiscard]] RowNumber row() const { return RowNumber{static_cast<std::int64_t>(cell_.second)}; }

 private:
  static constexpr std::uint64_t kHistory = std::uint64_t{1} << 63;
  static constexpr std::uint64_t kDead = std::uint64_t{1} << 62;

  Cell cell_;
};

// A subtree and how many live keys are in it.
struct Child {
  Node* node = nullptr;
  std::uint64_t live = 0;

  static Child from(const Cell& cell) { return {reinterpret_cast<Node*>(cell.first), cell.second}; }
  [[nodiscard]] Cell cell() const { return {reinterpret_cast<std::uintptr_t>(node), live}; }
};

}  // namespace quorate::mvcc::keytree
