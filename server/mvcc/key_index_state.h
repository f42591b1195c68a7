// What a KeyIndex is made of, for the files that implement it.
#pragma once

#include <algorithm>

#include "common/home.h"
#include "server/mvcc/key_index.h"
#include "server/mvcc/keytree/tree.h"

namespace quorate::mvcc {

struct KeyIndex::State {
  explicit State(const NodeLimits& limits)
      : tree{blocks, {limits.leaf_bytes_max, limits.inner_bytes_max}} {}

  Home home;
  keytree::Blocks blocks;
  keytree::Tree tree;
  Revision last_main;  // of the newest change, dropped ones included
  RowNumber last_row;

  // Every change comes through here first.
  void advance(Revision main, RowNumber row) {
    ENSURE(last_main <= main);
    ENSURE(last_row < row);
    last_main = main;
    last_row = row;
  }
  // While restoring, only the rows of one key come in order.
  void restored(Revision main, RowNumber row) {
    last_main = std::max(last_main, main);
    last_row = std::max(last_row, row);
  }
  [[nodiscard]] bool is_newest(Revision at) const { return at.value() == 0 || at >= last_main; }
};

}  // namespace quorate::mvcc
