#include "server/mvcc/keytree/blocks.h"

#include <algorithm>
#include <new>

#include "common/ensure.h"

namespace quorate::mvcc::keytree {

std::size_t Blocks::cost_of(std::size_t bytes) {
  return std::max<std::size_t>(32, (bytes + sizeof(void*) + 15) / 16 * 16);
}

void* Blocks::take(std::size_t bytes) {
  void* block = ::operator new(bytes);
  cost_ += cost_of(bytes);
  return block;
}

void Blocks::give(void* block, std::size_t bytes) noexcept {
  ENSURE(cost_ >= cost_of(bytes));
  cost_ -= cost_of(bytes);
  ::operator delete(block, bytes);
}

}  // namespace quorate::mvcc::keytree
