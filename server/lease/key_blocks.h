// Memory for attached keys: small blocks with 32-bit addresses, so that links between them and the
// table over them cost half of what pointers would, and without a heap's words around each.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace quorate::lease {

// Home: state thread.
class KeyBlocks {
 public:
  using Address = std::uint32_t;  // 0 = none
  static constexpr std::size_t kBlockBytesMax = 512;

  // Aligned to 8. Requires: 0 < bytes <= kBlockBytesMax.
  [[nodiscard]] Address take(std::size_t bytes);
  // Requires: `bytes` as it was taken.
  void give(Address block, std::size_t bytes);
  // All blocks at once. Keeps one chunk of memory.
  void give_all();

  [[nodiscard]] void* at(Address block) const {
    return chunks_[block / kChunkUnits].get() + block % kChunkUnits * kUnit;
  }

 private:
  static constexpr std::size_t kUnit = 8;
  static constexpr std::size_t kChunkUnits = 8192;  // 64 KiB; all addresses: 32 GiB

  static std::size_t units_for(std::size_t bytes) { return (bytes + kUnit - 1) / kUnit; }

  std::vector<std::unique_ptr<std::byte[]>> chunks_;
  std::size_t next_ = kChunkUnits;  // first unit of the last chunk that was never used
  // Blocks given back, by their size in units; each begins with the address of the next.
  std::array<Address, kBlockBytesMax / kUnit + 1> free_{};
};

}  // namespace quorate::lease
