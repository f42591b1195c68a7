#include "common/ensure.h"
#include "server/mvcc/keytree/tree.h"

namespace quorate::mvcc::keytree {

void Path::push(Node* node, std::uint32_t at) {
  ENSURE(levels_ < kLevelsMax);
  steps_[levels_++] = {node, at};
}

Child Path::child(std::size_t level) const {
  return Child::from(steps_[level].node->cell(steps_[level].at));
}

bool Path::next_leaf() {
  std::size_t level = levels_ - 1;  // of the lowest node with a further child, plus one
  while (level > 0 && steps_[level - 1].at + 1 == steps_[level - 1].node->count()) --level;
  if (level == 0) return false;
  ++steps_[level - 1].at;
  for (; level < levels_; ++level) steps_[level] = {child(level - 1).node, 0};
  is_exact_ = false;
  return true;
}

bool Path::previous_leaf() {
  std::size_t level = levels_ - 1;
  while (level > 0 && steps_[level - 1].at == 0) --level;
  if (level == 0) return false;
  --steps_[level - 1].at;
  for (; level < levels_; ++level) {
    Node* node = child(level - 1).node;
    steps_[level] = {node, level + 1 == levels_ ? node->count() : node->count() - 1};
  }
  is_exact_ = false;
  return true;
}

std::optional<std::string> Path::next_leaf_key() const {
  for (std::size_t level = levels_ - 1; level > 0; --level) {
    const Step& above = steps_[level - 1];
    std::string buffer;
    if (above.at + 1 < above.node->count()) {
      return std::string{above.node->key(above.at + 1, buffer)};
    }
  }
  return std::nullopt;
}

}  // namespace quorate::mvcc::keytree
