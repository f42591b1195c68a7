#include "common/shared_bytes.h"

#include <cstdlib>
#include <cstring>
#include <limits>
#include <new>

#include "common/ensure.h"

namespace quorate {

SharedBytes::Block* SharedBytes::allocate(std::size_t size) {
  if (size == 0) return nullptr;
  ENSURE(size <= std::numeric_limits<std::uint32_t>::max());
  void* memory = ::operator new(sizeof(Block) + size);
  return new (memory) Block{static_cast<std::uint32_t>(size)};
}

SharedBytes::SharedBytes(std::string_view bytes) : block_{allocate(bytes.size())} {
  if (block_ != nullptr) std::memcpy(block_->data(), bytes.data(), bytes.size());
}

void SharedBytes::release() noexcept {
  if (block_ == nullptr) return;
  if (block_->owners.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  block_->~Block();
  ::operator delete(block_);
}

}  // namespace quorate
