#include "server/watch/outbox.h"

#include <algorithm>
#include <utility>

#include "common/ensure.h"

namespace quorate::watch {

// For a copied part of a message, so that it is allocated once and not by each field.
void Outbox::make_room(std::size_t bytes) {
  const std::size_t needed = tail_.size() + bytes;
  if (needed <= tail_.capacity()) return;
  if (needed > kPieceBytes && !tail_.empty()) {
    pieces_.emplace_back(std::exchange(tail_, {}));
    tail_.reserve(std::max(bytes, kPieceBytes));
  } else {
    tail_.reserve(std::max(needed, std::min(2 * tail_.capacity(), kPieceBytes)));
  }
}

void Outbox::add(std::string_view head, std::span<const SharedBytes* const> parts) {
  std::size_t size = head.size();
  std::size_t copied = 0;
  for (const SharedBytes* part : parts) {
    size += part->size();
    if (part->size() < kSharedBytesMin) copied += part->size();
  }
  ENSURE(size <= 0xffffffff);
  const char prefix[5] = {0, static_cast<char>(size >> 24), static_cast<char>(size >> 16),
                          static_cast<char>(size >> 8), static_cast<char>(size)};
  make_room(sizeof prefix + head.size() + std::min(copied, kPieceBytes));
  tail_.append(prefix, sizeof prefix).append(head);
  for (const SharedBytes* part : parts) {
    if (part->size() < kSharedBytesMin) {
      tail_.append(part->view());
      continue;
    }
    if (!tail_.empty()) pieces_.emplace_back(std::exchange(tail_, {}));
    pieces_.emplace_back(*part);
  }
  bytes_ += sizeof prefix + size;
  ++messages_;
  events_ += parts.size();
}

Frames Outbox::take() {
  if (!tail_.empty()) pieces_.emplace_back(std::exchange(tail_, {}));
  events_ = 0;
  return {std::exchange(pieces_, {}), std::exchange(bytes_, 0), std::exchange(messages_, 0)};
}

}  // namespace quorate::watch
