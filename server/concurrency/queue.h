// Queues as etcd's clients know them: the keys under a name, oldest first. Whoever put the oldest
// one holds the lock or leads; its key lasts as long as its lease.
#pragma once

#include <string>
#include <string_view>

#include "common/id.h"
#include "server/mvcc/key_range.h"

namespace quorate::concurrency {

// A key in a queue. Deleted and made again it stands at the end.
struct Place {
  std::string key;
  Revision created;

  friend bool operator==(const Place&, const Place&) = default;
};

// "name" -> "name/": everything under it belongs to the queue.
[[nodiscard]] std::string queue_prefix(std::string_view name);
// The key of whoever comes with this lease: "name/" and the lease in hexadecimal, as Go prints it.
[[nodiscard]] std::string queue_key(std::string_view name, LeaseId lease);

// All keys of a queue. Owns its bounds.
class QueueRange {
 public:
  explicit QueueRange(std::string_view name);

  [[nodiscard]] const std::string& begin() const { return begin_; }
  [[nodiscard]] const std::string& end() const { return end_; }
  [[nodiscard]] mvcc::KeyRange keys() const { return mvcc::KeyRange::bounded(begin_, end_); }

 private:
  std::string begin_;
  std::string end_;
};

}  // namespace quorate::concurrency
