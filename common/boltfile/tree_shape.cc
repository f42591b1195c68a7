#include "common/boltfile/tree_shape.h"

#include "common/boltfile/format.h"

namespace quorate::boltfile {

void TreeShape::Run::add(std::size_t key_bytes, std::size_t value_bytes) {
  if (count == 0) first_key = key_bytes;
  last_key = key_bytes;
  ++count;
  bytes += kElementBytes + key_bytes + value_bytes;
}

bool TreeShape::fits(const Run& run, std::size_t element_bytes) const {
  return kHeadBytes + run.bytes + element_bytes <= page_bytes_ && run.count < kPageElementsMax;
}

void TreeShape::add(std::size_t key_bytes, std::size_t value_bytes, Outlet close) {
  const std::size_t element_bytes = kElementBytes + key_bytes + value_bytes;
  leaf_bytes_ += element_bytes;
  const Run& open = levels_[0].open;
  if (open.count > 0 && !fits(open, element_bytes)) close_run(0, &Level::open, close);
  levels_[0].open.add(key_bytes, value_bytes);
}

void TreeShape::add_child(std::uint32_t level, std::size_t key_bytes, Outlet close) {
  if (level == levels_.size()) levels_.emplace_back();
  const Run& open = levels_[level].open;
  if (open.count >= 2 && !fits(open, kElementBytes + key_bytes)) {
    if (levels_[level].full.count > 0) close_run(level, &Level::full, close);
    levels_[level].full = levels_[level].open;
    levels_[level].open = {};
  }
  levels_[level].open.add(key_bytes, 0);
}

void TreeShape::close_run(std::uint32_t level, Run Level::*run, Outlet close) {
  const Run closed = levels_[level].*run;
  levels_[level].*run = {};
  levels_[level].has_closed = true;
  const std::uint64_t bytes = kHeadBytes + closed.bytes;
  close({level, closed.count, (bytes + page_bytes_ - 1) / page_bytes_});
  add_child(level + 1, closed.first_key, close);
}

// A page at the end with one child takes another from the page before; if that has none to spare,
// the three share a page.
void TreeShape::share_last_two(Level& level) {
  Run& full = level.full;
  Run& open = level.open;
  if (full.count == 0 || open.count > 1) return;
  if (full.count == 2) {
    full.add(open.last_key, 0);
    open = {};
    return;
  }
  const std::size_t moved = full.last_key;
  --full.count;
  full.bytes -= kElementBytes + moved;
  open.first_key = moved;
  ++open.count;
  open.bytes += kElementBytes + moved;
}

void TreeShape::finish(Outlet close) {
  if (levels_[0].open.count > 0 || !levels_[0].has_closed) close_run(0, &Level::open, close);
  for (std::uint32_t level = 1;; ++level) {
    const Level& last = levels_[level];
    const bool is_only_child = last.open.count == 1 && last.full.count == 0 && !last.has_closed;
    if (is_only_child) return;
    share_last_two(levels_[level]);
    if (levels_[level].full.count > 0) close_run(level, &Level::full, close);
    if (levels_[level].open.count > 0) close_run(level, &Level::open, close);
  }
}

}  // namespace quorate::boltfile
