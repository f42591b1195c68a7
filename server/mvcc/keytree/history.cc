#include "server/mvcc/keytree/history.h"

#include <algorithm>
#include <memory>
#include <new>

#include "common/ensure.h"

namespace quorate::mvcc::keytree {

History* History::allocate(Blocks& blocks, std::uint32_t capacity) {
  return new (blocks.take(bytes_for(capacity))) History{capacity};
}

void History::destroy(Blocks& blocks, History* history) noexcept {
  blocks.give(history, history->block_bytes());
}

History* History::make(Blocks& blocks, const Generation& generation, const Change& first) {
  History* history = allocate(blocks, 1);
  history->generation_ = generation;
  new (history->data()) Change{first};
  history->count_ = 1;
  return history;
}

History* History::append(Blocks& blocks, History* history, const Change& change) {
  ENSURE(history->newest().main() <= change.main());
  ENSURE(history->newest().row() < change.row());
  if (history->count_ == history->capacity_) {
    History* wider = allocate(blocks, history->capacity_ + std::max(1U, history->capacity_ / 4));
    wider->generation_ = history->generation_;
    std::uninitialized_copy_n(history->data(), history->count_, wider->data());
    wider->count_ = history->count_;
    destroy(blocks, history);
    history = wider;
  }
  new (history->data() + history->count_) Change{change};
  ++history->count_;
  return history;
}

const Change* History::at(Revision at) const {
  if (newest().main() <= at) return &newest();
  const auto all = changes();
  const auto past = std::ranges::upper_bound(all, at, {}, &Change::main);
  return past == all.begin() ? nullptr : &*(past - 1);
}

std::uint32_t History::obsolete_at(Revision at) const {
  const Change* seen = this->at(at);
  if (seen == nullptr) return 0;
  const auto older = static_cast<std::uint32_t>(seen - data());
  return seen->is_tombstone() && seen->main() < at ? older + 1 : older;
}

History* History::drop_oldest(Blocks& blocks, History* history, std::uint32_t n) {
  ENSURE(n < history->count_);
  History* rest = allocate(blocks, history->count_ - n);
  rest->generation_ = history->generation_;
  rest->count_ = history->count_ - n;
  std::uninitialized_copy_n(history->data() + n, rest->count_, rest->data());
  destroy(blocks, history);
  return rest;
}

}  // namespace quorate::mvcc::keytree
