#include "server/mvcc/keytree/history.h"

#include <algorithm>
#include <memory>
#include <new>
#include <span>

#include "common/ensure.h"

namespace quorate::mvcc::keytree {
namespace {

// The most changes that are copied when there is no room for another.
constexpr std::uint32_t kCopiedMax = 64;
constexpr std::uint32_t kPartMax = 1 << 20;

}  // namespace

History* History::allocate(Blocks& blocks, std::uint32_t capacity) {
  return new (blocks.take(bytes_for(capacity))) History{capacity};
}

void History::destroy(Blocks& blocks, History* history) noexcept {
  while (history != nullptr) {
    History* before = history->before_;
    blocks.give(history, history->block_bytes());
    history = before;
  }
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
    history =
        history->count_ < kCopiedMax && history->before_ == nullptr
            ? replace(blocks, history, 0, history->capacity_ + std::max(1U, history->capacity_ / 4))
            : extend(blocks, history);
  }
  new (history->data() + history->count_) Change{change};
  ++history->count_;
  return history;
}

History* History::replace(Blocks& blocks, History* part, std::uint32_t first,
                          std::uint32_t capacity) {
  History* other = allocate(blocks, capacity);
  other->generation_ = part->generation_;
  other->before_ = part->before_;
  other->count_ = part->count_ - first;
  std::uninitialized_copy_n(part->data() + first, other->count_, other->data());
  blocks.give(part, part->block_bytes());
  return other;
}

History* History::extend(Blocks& blocks, History* history) {
  History* part = allocate(blocks, std::clamp(history->size() / 4, kCopiedMax / 4, kPartMax));
  part->generation_ = history->generation_;
  part->before_ = history;
  return part;
}

std::uint32_t History::size() const {
  std::uint32_t size = 0;
  for (const History* part = this; part != nullptr; part = part->before_) size += part->count_;
  return size;
}

std::size_t History::cost() const {
  std::size_t cost = 0;
  for (const History* part = this; part != nullptr; part = part->before_) {
    cost += Blocks::cost_of(part->block_bytes());
  }
  return cost;
}

std::vector<const History*> History::parts() const {
  std::vector<const History*> parts;
  for (const History* part = this; part != nullptr; part = part->before_) parts.push_back(part);
  std::reverse(parts.begin(), parts.end());
  return parts;
}

const Change* History::at(Revision at) const {
  if (newest().main() <= at) return &newest();
  const History* part = this;
  while (part != nullptr && part->data()->main() > at) part = part->before_;
  if (part == nullptr) return nullptr;
  const std::span<const Change> all{part->data(), part->count_};
  return &*(std::ranges::upper_bound(all, at, {}, &Change::main) - 1);
}

std::uint32_t History::obsolete_at(Revision at) const {
  const Change* seen = this->at(at);
  if (seen == nullptr) return 0;
  const History* part = this;
  while (!part->holds(seen)) part = part->before_;
  auto older = static_cast<std::uint32_t>(seen - part->data());
  if (part->before_ != nullptr) older += part->before_->size();
  return seen->is_tombstone() && seen->main() < at ? older + 1 : older;
}

bool History::is_kept_at(RowNumber row, Revision at) const {
  const Change* seen = this->at(at);
  if (seen != nullptr && row < seen->row()) return false;
  const bool is_gone = seen != nullptr && seen->is_tombstone() && seen->main() < at;
  if (is_gone && row == seen->row()) return false;
  const History* part = this;
  while (part != nullptr && row < part->data()->row()) part = part->before_;
  if (part == nullptr) return false;
  const std::span<const Change> all{part->data(), part->count_};
  return std::ranges::binary_search(all, row, {}, &Change::row);
}

History* History::drop_oldest(Blocks& blocks, History* history, std::uint32_t n) {
  ENSURE(n < history->size());
  if (n == 0) return history;
  // The first part that keeps something: what lies before it goes, and of it the beginning.
  History** link = &history;
  std::uint32_t kept = history->size() - n;
  while ((*link)->count_ < kept) {
    kept -= (*link)->count_;
    link = &(*link)->before_;
  }
  destroy(blocks, (*link)->before_);
  (*link)->before_ = nullptr;
  if (kept < (*link)->count_) *link = replace(blocks, *link, (*link)->count_ - kept, kept);
  return history;
}

}  // namespace quorate::mvcc::keytree
