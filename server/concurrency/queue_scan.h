// Looks for one key of a queue by its age, in slices, so that a long queue holds nobody up.
#pragma once

#include <optional>
#include <string_view>

#include "server/concurrency/queue.h"
#include "server/mvcc/key_index.h"

namespace quorate::concurrency {

// Home: state thread. Keys may come and go between slices. What is found existed when it was seen,
// and when nothing is found there was a moment without any: keys that come later are younger than
// the limit.
class QueueScan {
 public:
  enum class Wants : std::uint8_t { oldest, youngest };
  // Of the keys created at `limit` or before. Requires: the store is at `limit` or later.
  QueueScan(std::string_view name, Revision limit, Wants wants)
      : range_{name}, from_{range_.begin()}, limit_{limit}, wants_{wants} {}

  // Visits so many more keys. True when all were seen.
  [[nodiscard]] bool advance(const mvcc::KeyIndex& index, std::size_t keys_max);
  [[nodiscard]] const std::optional<Place>& found() const { return found_; }

 private:
  void take(const mvcc::KeyIndex& index, const mvcc::Found& key);

  QueueRange range_;
  std::string from_;  // the next key there can be
  Revision limit_;
  Wants wants_;
  std::optional<Place> found_;
};

}  // namespace quorate::concurrency
