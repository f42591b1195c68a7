// A key too long for a node: it lies in a block of its own and the node holds the address.
#pragma once

#include <cstdint>
#include <cstring>
#include <new>
#include <string_view>

#include "server/mvcc/keytree/blocks.h"

namespace quorate::mvcc::keytree {

class LongKey {
 public:
  LongKey(const LongKey&) = delete;
  LongKey& operator=(const LongKey&) = delete;

  static const LongKey* make(Blocks& blocks, std::string_view key) {
    auto* block = new (blocks.take(sizeof(LongKey) + key.size())) LongKey{key.size()};
    std::memcpy(reinterpret_cast<char*>(block + 1), key.data(), key.size());
    return block;
  }
  static void destroy(Blocks& blocks, const LongKey* key) noexcept {
    blocks.give(const_cast<LongKey*>(key), key->block_bytes());
  }

  [[nodiscard]] std::string_view view() const {
    return {reinterpret_cast<const char*>(this + 1), size_};
  }
  [[nodiscard]] std::size_t block_bytes() const { return sizeof(LongKey) + size_; }

 private:
  explicit LongKey(std::size_t size) : size_{size} {}
  std::size_t size_;
};

}  // namespace quorate::mvcc::keytree
