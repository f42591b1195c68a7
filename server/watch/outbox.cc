#include "server/watch/outbox.h"

#include <utility>

#include "common/ensure.h"

namespace quorate::watch {

void Outbox::add(std::string_view head, std::span<const SharedBytes* const> parts) {
  std::size_t size = head.size();
  for (const SharedBytes* part : parts) size += part->size();
  ENSURE(size <= 0xffffffff);
  const char prefix[5] = {0, static_cast<char>(size >> 24), static_cast<char>(size >> 16),
                          static_cast<char>(size >> 8), static_cast<char>(size)};
  tail_.append(prefix, sizeof prefix).append(head);
  for (const SharedBytes* part : parts) {
    if (part->size() < kSharedBytesMin) {
      tail_.append(part->view());
      continue;
    }
    pieces_.emplace_back(std::exchange(tail_, {}));
    pieces_.emplace_back(*part);
  }
  bytes_ += sizeof prefix + size;
  ++messages_;
}

Frames Outbox::take() {
  if (!tail_.empty()) pieces_.emplace_back(std::exchange(tail_, {}));
  return {std::exchange(pieces_, {}), std::exchange(bytes_, 0), std::exchange(messages_, 0)};
}

}  // namespace quorate::watch
