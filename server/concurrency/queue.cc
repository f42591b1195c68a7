#include "server/concurrency/queue.h"

#include <cstdint>

#include "common/hex.h"

namespace quorate::concurrency {

std::string queue_prefix(std::string_view name) {
  return std::string{name} + '/';
}

std::string queue_key(std::string_view name, LeaseId lease) {
  const auto bits = static_cast<std::uint64_t>(lease.value());
  const bool is_negative = lease.value() < 0;
  return queue_prefix(name) + (is_negative ? "-" : "") + to_hex(is_negative ? 0 - bits : bits);
}

// The key behind all that begin with a slash begins with the character after it.
QueueRange::QueueRange(std::string_view name)
    : begin_{queue_prefix(name)}, end_{std::string{name} + static_cast<char>('/' + 1)} {}

}  // namespace quorate::concurrency
