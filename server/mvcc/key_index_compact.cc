// Compaction, and what it would do.
#include <algorithm>

#include "server/mvcc/key_index.h"
#include "server/mvcc/key_index_state.h"

namespace quorate::mvcc {

using keytree::Change;
using keytree::Entry;
using keytree::History;
using keytree::Node;
using keytree::Path;

namespace {

// Whether nothing is left to say about a key but its only put.
bool is_put_once(const History& history) {
  return history.size() == 1 && !history.newest().is_tombstone() &&
         history.generation().version == 1 &&
         history.generation().create_revision == history.newest().main();
}

// Whether a compaction at `at` would keep a change at or before it.
bool keeps_any(const Entry& entry, Revision at) {
  if (!entry.has_history()) return entry.revision() <= at;
  const Change* seen = entry.history()->at(at);
  return seen != nullptr && (!seen->is_tombstone() || seen->main() == at);
}

// Returns what stays of an entry that has a history, nothing if all of it is gone.
std::optional<Entry> compact(keytree::Blocks& blocks, const Entry& entry, Revision at,
                             std::vector<RowNumber>& dropped) {
  History* history = entry.history();
  const std::uint32_t obsolete = history->obsolete_at(at);
  history->for_oldest(obsolete, [&](const Change& change) { dropped.push_back(change.row()); });
  if (obsolete == history->size()) {
    History::destroy(blocks, history);
    return std::nullopt;
  }
  if (obsolete > 0) history = History::drop_oldest(blocks, history, obsolete);
  if (!is_put_once(*history)) return Entry::with(history);
  const Entry once = Entry::put_once(history->newest().main(), history->newest().row());
  History::destroy(blocks, history);
  return once;
}

}  // namespace

std::optional<std::string> KeyIndex::compact_slice(std::string_view from, Revision at,
                                                   std::size_t entries_max,
                                                   std::vector<RowNumber>& dropped) {
  State& state = *state_;
  state.home.check();
  // The store's revision may be ahead of the newest change that is left; from now on ours is too.
  state.last_main = std::max(state.last_main, at);
  std::optional<std::string> next{from};
  std::vector<std::uint32_t> gone;
  for (std::size_t visited = 0; next && (visited == 0 || visited < entries_max);) {
    const Path path = state.tree.seek(*next);
    if (path.levels() == 0) return std::nullopt;
    const Node& leaf = path.leaf();
    visited += leaf.count();
    next = path.next_leaf_key();
    gone.clear();
    for (std::uint32_t i = 0; i < leaf.count(); ++i) {
      const Entry entry{leaf.cell(i)};
      if (!entry.has_history()) continue;
      if (const auto rest = compact(state.blocks, entry, at, dropped)) {
        keytree::Tree::set_same_life(path, i, *rest);
      } else {
        gone.push_back(i);
      }
    }
    if (!gone.empty()) state.tree.erase_dead(path, gone);
  }
  return next;
}

bool KeyIndex::is_kept_at(std::string_view key, RowNumber row, Revision at) const {
  state_->home.check();
  const Path path = state_->tree.seek(key);
  if (!path.is_exact()) return false;
  const Entry entry = path.entry();
  if (!entry.has_history()) return entry.row() == row;
  return entry.history()->is_kept_at(row, at);
}

bool KeyIndex::keeps_any_at(Revision at) const {
  state_->home.check();
  Path path = state_->tree.seek({});
  if (path.levels() == 0) return false;
  do {
    const Node& leaf = path.leaf();
    for (std::uint32_t i = 0; i < leaf.count(); ++i) {
      if (keeps_any(Entry{leaf.cell(i)}, at)) return true;
    }
  } while (path.next_leaf());
  return false;
}

}  // namespace quorate::mvcc
