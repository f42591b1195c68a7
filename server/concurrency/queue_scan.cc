#include "server/concurrency/queue_scan.h"

#include <cstddef>

namespace quorate::concurrency {

bool QueueScan::advance(const mvcc::KeyIndex& index, std::size_t keys_max) {
  using Visit = mvcc::KeyIndex::Visit;
  std::size_t visited = 0;
  const auto rest = mvcc::KeyRange::bounded(from_, range_.end());
  std::string last;
  index.visit(rest, Revision{}, [&](const mvcc::Found& key) {
    take(index, key);
    if (++visited < keys_max) return Visit::go_on;
    last.assign(key.key);
    return Visit::stop;
  });
  if (visited < keys_max) return true;
  from_ = last + '\0';
  return false;
}

void QueueScan::take(const mvcc::KeyIndex& index, const mvcc::Found& key) {
  // No key is younger than its last change.
  if (wants_ == Wants::youngest && found_ && key.mod_revision <= found_->created) return;
  const Revision created = index.find(key.key)->create_revision;
  if (created > limit_) return;
  if (found_ && (wants_ == Wants::oldest) != (created < found_->created)) return;
  found_ = Place{std::string{key.key}, created};
}

}  // namespace quorate::concurrency
