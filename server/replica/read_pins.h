// Reads under way hold what they look at: physical compaction waits for those that began before it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <utility>

namespace quorate::replica {

class ReadPins;

// Holds the history as of when it was taken. Home: state thread.
class ReadPin {
 public:
  ReadPin() = default;
  ReadPin(ReadPin&& other) noexcept
      : pins_{std::exchange(other.pins_, nullptr)}, epoch_{other.epoch_} {}
  ReadPin& operator=(ReadPin&& other) noexcept {
    std::swap(pins_, other.pins_);
    std::swap(epoch_, other.epoch_);
    return *this;
  }
  ~ReadPin();

 private:
  friend class ReadPins;
  ReadPin(ReadPins& pins, std::uint64_t epoch) : pins_{&pins}, epoch_{epoch} {}
  ReadPins* pins_ = nullptr;
  std::uint64_t epoch_ = 0;
};

// Outlives its pins. Home: state thread.
class ReadPins {
 public:
  [[nodiscard]] ReadPin take();
  // Reads from now on belong to a new epoch: they see the compaction and need not be waited for.
  std::uint64_t begin_epoch() { return ++epoch_; }
  // True when no read that began before this epoch is under way.
  [[nodiscard]] bool is_clear_before(std::uint64_t epoch) const;
  // Called whenever the oldest epoch has lost its last reader.
  void on_cleared(std::function<void()> callback) { cleared_ = std::move(callback); }

 private:
  friend class ReadPin;
  void release(std::uint64_t epoch);

  std::uint64_t epoch_ = 0;
  std::map<std::uint64_t, std::uint64_t> readers_;  // epoch -> how many, never 0
  std::function<void()> cleared_;
};

}  // namespace quorate::replica
