// Immutable bytes with shared ownership: an entry's data lies in the Raft log, in the batch being
// written to disk and in messages to peers at the same time, and is copied by none of them.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace quorate {

// Home: any thread; the bytes never change after construction and the count is atomic.
class SharedBytes {
 public:
  SharedBytes() = default;
  explicit SharedBytes(std::string_view bytes);
  // `size` bytes that `fill` writes, all of them.
  template <class Fill>
  static SharedBytes make(std::size_t size, Fill&& fill) {
    SharedBytes bytes;
    bytes.block_ = allocate(size);
    if (bytes.block_ != nullptr) fill(bytes.block_->data());
    return bytes;
  }

  SharedBytes(const SharedBytes& other) noexcept : block_{other.block_} { acquire(); }
  SharedBytes(SharedBytes&& other) noexcept : block_{std::exchange(other.block_, nullptr)} {}
  SharedBytes& operator=(SharedBytes other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  ~SharedBytes() { release(); }

  [[nodiscard]] std::string_view view() const {
    return block_ == nullptr ? std::string_view{} : std::string_view{block_->data(), block_->size};
  }
  [[nodiscard]] std::size_t size() const { return block_ == nullptr ? 0 : block_->size; }
  [[nodiscard]] bool empty() const { return size() == 0; }

  friend bool operator==(const SharedBytes& a, const SharedBytes& b) {
    return a.view() == b.view();
  }

 private:
  struct Block {
    std::atomic<std::uint32_t> owners{1};
    std::uint32_t size;
    explicit Block(std::uint32_t n) : size{n} {}
    char* data() { return reinterpret_cast<char*>(this + 1); }
  };

  static Block* allocate(std::size_t size);
  void acquire() const noexcept {
    if (block_ != nullptr) block_->owners.fetch_add(1, std::memory_order_relaxed);
  }
  void release() noexcept;

  Block* block_ = nullptr;  // null = empty
};

}  // namespace quorate
