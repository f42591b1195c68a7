#include "server/lease/key_blocks.h"

#include <cstring>
#include <limits>

#include "common/ensure.h"

namespace quorate::lease {

KeyBlocks::Address KeyBlocks::take(std::size_t bytes) {
  ENSURE(bytes > 0);
  ENSURE(bytes <= kBlockBytesMax);
  const std::size_t units = units_for(bytes);
  if (const Address block = free_[units]; block != 0) {
    std::memcpy(&free_[units], at(block), sizeof(Address));
    return block;
  }
  if (next_ + units > kChunkUnits) {
    ENSURE(chunks_.size() < std::numeric_limits<Address>::max() / kChunkUnits);
    chunks_.push_back(std::make_unique_for_overwrite<std::byte[]>(kChunkUnits * kUnit));
    next_ = chunks_.size() == 1 ? 1 : 0;  // address 0 is nobody's
  }
  const std::size_t block = (chunks_.size() - 1) * kChunkUnits + next_;
  next_ += units;
  return static_cast<Address>(block);
}

void KeyBlocks::give(Address block, std::size_t bytes) {
  ENSURE(block != 0);
  Address& free = free_[units_for(bytes)];
  std::memcpy(at(block), &free, sizeof free);
  free = block;
}

void KeyBlocks::give_all() {
  if (chunks_.empty()) return;
  chunks_.resize(1);
  chunks_.shrink_to_fit();
  next_ = 1;
  free_ = {};
}

}  // namespace quorate::lease
