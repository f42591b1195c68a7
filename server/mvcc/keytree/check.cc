// The tree's invariants, all in one place.
#include <optional>

#include "common/ensure.h"
#include "server/mvcc/keytree/tree.h"

namespace quorate::mvcc::keytree {

// One walk over everything, adding up.
struct Tree::Checker {
  const Tree& tree;
  std::size_t cost = 0;
  std::uint64_t nodes = 0;
  std::optional<std::string> last_key;

  // Checks a subtree whose keys must lie in [from, end); returns its live keys.
  std::uint64_t node(const Node& node, std::size_t level, std::string_view from,
                     const std::optional<std::string>& end) {
    const bool is_leaf = level + 1 == tree.levels_;
    ++nodes;
    cost += Blocks::cost_of(node.block_bytes());
    ENSURE(node.count() > 0);
    std::uint64_t live = 0;
    for (std::uint32_t i = 0; i < node.count(); ++i) {
      if (const LongKey* key = node.long_key(i)) {
        ENSURE(key->view().size() > kPackedKeyMax);
        cost += Blocks::cost_of(key->block_bytes());
      }
      live += is_leaf ? entry(node, i, from, end) : child(node, i, level, from, end);
    }
    return live;
  }

  std::uint64_t entry(const Node& leaf, std::uint32_t i, std::string_view from,
                      const std::optional<std::string>& end) {
    std::string buffer;
    const std::string_view key = leaf.key(i, buffer);
    ENSURE(key >= from);
    ENSURE(!end || key < *end);
    ENSURE(!last_key || *last_key < key);
    const Node::Place place = leaf.search(key);
    ENSURE(place.at == i);
    ENSURE(place.is_exact);
    last_key = key;
    const Entry entry{leaf.cell(i)};
    if (!entry.has_history()) {
      ENSURE(entry.row().value() > 0);
      return 1;
    }
    history(*entry.history());
    ENSURE(entry.is_live() != entry.history()->newest().is_tombstone());
    return entry.is_live() ? 1 : 0;
  }

  void history(const History& history) {
    cost += history.cost();
    std::optional<Change> last;
    history.for_oldest(history.size(), [&](const Change& change) {
      if (last) {
        ENSURE(last->row() < change.row());
        ENSURE(last->main() <= change.main());
        // A key is never deleted twice in a row.
        ENSURE(!last->is_tombstone() || !change.is_tombstone());
      }
      last = change;
    });
    ENSURE(last == history.newest());
    if (history.newest().is_tombstone()) return;
    ENSURE(history.generation().version > 0);
    ENSURE(history.generation().create_revision <= history.newest().main());
  }

  std::uint64_t child(const Node& inner, std::uint32_t i, std::size_t level, std::string_view from,
                      const std::optional<std::string>& end) {
    std::string buffer;
    const std::string_view begin = i == 0 ? from : inner.key(i, buffer);
    std::optional<std::string> child_end = end;
    if (i + 1 < inner.count()) {
      std::string next;
      child_end = inner.key(i + 1, next);
      ENSURE(begin < *child_end);
    }
    if (i > 0) {
      ENSURE(begin > from);
      ENSURE(inner.child_for(begin) == i);
    }
    const Child child = Child::from(inner.cell(i));
    const std::uint64_t live = node(*child.node, level + 1, begin, child_end);
    ENSURE(live == child.live);
    return live;
  }
};

std::size_t Tree::check() const {
  Checker checker{*this, 0, 0, {}};
  const std::uint64_t live = root_ == nullptr ? 0 : checker.node(*root_, 0, {}, std::nullopt);
  ENSURE(live == live_);
  ENSURE(checker.nodes == nodes_);
  ENSURE((root_ == nullptr) == (levels_ == 0));
  ENSURE(levels_ < 2 || root_->count() > 1);
  return checker.cost;
}

}  // namespace quorate::mvcc::keytree
