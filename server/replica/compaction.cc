#include "server/replica/compaction.h"

#include <utility>

namespace quorate::replica {
namespace {
// Some 100 us of the state thread a slice.
constexpr std::size_t kEntriesPerSlice = 1000;
}  // namespace

Compaction::Compaction(mvcc::Table& table, ReadPins& pins, TaskPort& tasks, Dropped dropped,
                       Finished finished)
    : table_{table},
      pins_{pins},
      tasks_{tasks},
      dropped_{std::move(dropped)},
      finished_{std::move(finished)} {
  pins_.on_cleared([this] {
    if (is_waiting_) tasks_.later([this] { wait_or_walk(); });
  });
}

void Compaction::start(Revision at) {
  next_ = at;
  if (!is_running()) begin_next();
}

void Compaction::begin_next() {
  current_ = std::exchange(next_, std::nullopt);
  if (!current_) return;
  epoch_ = pins_.begin_epoch();
  from_.clear();
  is_waiting_ = true;
  tasks_.later([this] { wait_or_walk(); });
}

void Compaction::wait_or_walk() {
  if (!is_waiting_ || !pins_.is_clear_before(epoch_)) return;
  is_waiting_ = false;
  walk();
}

void Compaction::walk() {
  std::vector<RowNumber> dropped;
  auto rest = table_.index().compact_slice(from_, *current_, kEntriesPerSlice, dropped);
  if (!dropped.empty()) dropped_(std::move(dropped));
  if (rest) {
    from_ = std::move(*rest);
    tasks_.later([this] { walk(); });
    return;
  }
  finished_(*current_);
  begin_next();
}

}  // namespace quorate::replica
