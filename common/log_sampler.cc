#include "common/log_sampler.h"

namespace quorate {
namespace {

constexpr std::uint64_t kFirst = 100;
constexpr std::uint64_t kThereafter = 100;

std::size_t hash_of(LogLevel level, std::string_view text) {
  return std::hash<std::string_view>{}(text) + static_cast<std::size_t>(level);
}

}  // namespace

bool LogSampler::admits(LogLevel level, std::string_view text, Clock::Steady now) {
  if (level >= LogLevel::panic) return true;
  Slot& slot = slots_[hash_of(level, text) % kSlots];
  const auto at = now.time_since_epoch().count();
  auto ends = slot.second_ends.load(std::memory_order_relaxed);
  if (at >= ends) {
    const auto next = (now + std::chrono::seconds{1}).time_since_epoch().count();
    if (slot.second_ends.compare_exchange_strong(ends, next, std::memory_order_relaxed)) {
      slot.count.store(0, std::memory_order_relaxed);
    }
  }
  const std::uint64_t count = slot.count.fetch_add(1, std::memory_order_relaxed) + 1;
  return count <= kFirst || (count - kFirst) % kThereafter == 0;
}

}  // namespace quorate
