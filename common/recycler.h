// Memory for objects that come and go by the thousand: blocks are kept and given out again, without
// locks and without walking a heap.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace quorate {

// Home: one thread, for all blocks too. Outlives its blocks. Keeps at most kKeptBytesMax; what is
// more goes back to the heap.
class Recycler {
 public:
  Recycler() = default;
  ~Recycler();
  Recycler(const Recycler&) = delete;
  Recycler& operator=(const Recycler&) = delete;

  // Aligned for any object.
  [[nodiscard]] void* allocate(std::size_t bytes);
  // Gives a block back to the recycler it came from. Null is fine.
  static void release(void* block);
  // How much fits into the block.
  [[nodiscard]] static std::size_t capacity(const void* block);

  [[nodiscard]] std::size_t kept_bytes() const { return kept_bytes_; }

 private:
  static constexpr std::size_t kStep = 32;
  static constexpr std::size_t kSlots = 64;  // blocks of 32, 64, .. 2048 bytes
  static constexpr std::size_t kKeptBytesMax = std::size_t{8} << 20;

  // Stands before each block.
  struct alignas(std::max_align_t) Head {
    union {
      Recycler* owner;  // of a block in use
      Head* next;       // of one that is kept
    };
    std::size_t capacity;
  };

  void take_back(Head* head);

  std::array<Head*, kSlots> kept_{};
  std::size_t kept_bytes_ = 0;
};

// Base of classes whose objects live in a recycler: made with `new (recycler) T{...}`.
class Recycled {
 public:
  static void* operator new(std::size_t bytes, Recycler& memory) { return memory.allocate(bytes); }
  static void operator delete(void* block) { Recycler::release(block); }
  // Called when a constructor throws.
  static void operator delete(void* block, Recycler& /*memory*/) { Recycler::release(block); }

 protected:
  ~Recycled() = default;
};

}  // namespace quorate
