#include "tests/bench/load/requests.h"

#include "common/wire.h"

namespace quorate::bench {

std::string padded(std::uint64_t number, std::size_t bytes) {
  std::string key = std::to_string(number);
  if (key.size() < bytes) key.insert(0, bytes - key.size(), '0');
  return key;
}

std::string put_request(std::string_view key, std::string_view value, std::int64_t lease) {
  std::string out;
  wire::append_bytes(1, key, out);
  wire::append_bytes(2, value, out);
  wire::append_number(3, lease, out);
  return out;
}

std::string txn_of(const std::vector<std::string>& puts) {
  std::string out;
  for (const auto& put : puts) {
    std::string op;
    wire::append_bytes(2, put, op);
    wire::append_bytes(2, op, out);
  }
  return out;
}

}  // namespace quorate::bench
