#include "server/mvcc/keytree/node.h"

namespace quorate::mvcc::keytree {
namespace {

// As std::lower_bound, but without a branch that half of the time is guessed wrong.
std::uint32_t first_not_less(const std::uint16_t* heads, std::uint32_t low, std::uint32_t end,
                             std::uint16_t head) {
  std::uint32_t left = end - low;
  while (left > 0) {
    const std::uint32_t half = (left + 1) / 2;
    low += heads[low + half - 1] < head ? half : 0;
    left -= half;
  }
  return low;
}

}  // namespace

std::uint16_t Node::head_of(std::string_view rest) {
  std::uint16_t head = 0;
  if (!rest.empty()) head = static_cast<std::uint16_t>(static_cast<unsigned char>(rest[0]) << 8);
  if (rest.size() > 1) head |= static_cast<unsigned char>(rest[1]);
  return head;
}

std::string_view Node::key(std::uint32_t i, std::string& buffer) const {
  if (const LongKey* key = long_key(i)) return key->view();
  return buffer.assign(prefix()).append(rest(i));
}

Node::Place Node::search(std::string_view key, std::uint32_t first) const {
  const int order = key.substr(0, prefix_size_).compare(prefix());
  if (order != 0) return {order < 0 ? first : count_, false};
  key.remove_prefix(prefix_size_);
  const std::uint16_t head = head_of(key);
  std::uint32_t low = first_not_less(heads(), first, count_, head);
  __builtin_prefetch(base() + cells_at() + low * sizeof(Cell));  // on its way while keys compare
  // Only among equal heads do the keys themselves decide.
  std::uint32_t high = low;
  while (high < count_ && heads()[high] == head) ++high;
  while (low < high) {
    const std::uint32_t middle = (low + high) / 2;
    const int order_here = rest(middle).compare(key);
    if (order_here == 0) return {middle, true};
    if (order_here < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return {low, false};
}

}  // namespace quorate::mvcc::keytree
