#include "server/mvcc/key_index.h"

#include <ostream>

#include "common/ensure.h"
#include "server/mvcc/key_index_state.h"

namespace quorate::mvcc {

using keytree::Change;
using keytree::Entry;
using keytree::History;
using keytree::Path;

namespace {

// The history of a key, which a key put once gets now.
History* history_of(keytree::Blocks& blocks, const Entry& entry) {
  if (entry.has_history()) return entry.history();
  return History::make(blocks, {entry.revision(), 1},
                       Change{entry.revision(), entry.row(), RowKind::put});
}

KeyState newest_state(const Entry& entry) {
  if (!entry.has_history()) return {entry.revision(), entry.revision(), 1, entry.row()};
  const History& history = *entry.history();
  const auto& generation = history.generation();
  return {history.newest().main(), generation.create_revision, generation.version,
          history.newest().row()};
}

}  // namespace

KeyIndex::KeyIndex() : KeyIndex{NodeLimits{}} {}
KeyIndex::KeyIndex(const NodeLimits& limits) : state_{std::make_unique<State>(limits)} {}
KeyIndex::~KeyIndex() = default;
KeyIndex::KeyIndex(KeyIndex&&) noexcept = default;
KeyIndex& KeyIndex::operator=(KeyIndex&&) noexcept = default;

KeyState KeyIndex::put(std::string_view key, Revision main, RowNumber row) {
  State& state = *state_;
  state.home.check();
  state.advance(main, row);
  const Path path = state.tree.seek(key);
  if (!path.is_exact()) {
    const Entry entry = Entry::put_once(main, row);
    state.tree.insert(path, key, entry);
    return newest_state(entry);
  }
  const bool was_live = path.entry().is_live();
  History* history = History::append(state.blocks, history_of(state.blocks, path.entry()),
                                     Change{main, row, RowKind::put});
  const auto generation = history->generation();
  history->set_generation(
      was_live ? History::Generation{generation.create_revision, generation.version + 1}
               : History::Generation{main, 1});
  const Entry entry = Entry::with(history);
  state.tree.update(path, entry);
  return newest_state(entry);
}

bool KeyIndex::remove(std::string_view key, Revision main, RowNumber row) {
  State& state = *state_;
  state.home.check();
  const Path path = state.tree.seek(key);
  if (!path.is_exact() || !path.entry().is_live()) return false;
  state.advance(main, row);
  History* history = History::append(state.blocks, history_of(state.blocks, path.entry()),
                                     Change{main, row, RowKind::tombstone});
  state.tree.update(path, Entry::with(history));
  return true;
}

void KeyIndex::restore(const Row& row) {
  State& state = *state_;
  state.home.check();
  state.restored(row.mod_revision(), row.number());
  const Path path = state.tree.seek(row.key());
  const bool is_first_put =
      !row.is_tombstone() && row.version() == 1 && row.create_revision() == row.mod_revision();
  if (!path.is_exact() && is_first_put) {
    state.tree.insert(path, row.key(), Entry::put_once(row.mod_revision(), row.number()));
    return;
  }
  const Change change{row.mod_revision(), row.number(),
                      row.is_tombstone() ? RowKind::tombstone : RowKind::put};
  const History::Generation generation{row.create_revision(), row.version()};
  if (!path.is_exact()) {
    History* history = History::make(state.blocks, generation, change);
    state.tree.insert(path, row.key(), Entry::with(history));
    return;
  }
  History* history = History::append(state.blocks, history_of(state.blocks, path.entry()), change);
  if (!row.is_tombstone()) history->set_generation(generation);
  state.tree.update(path, Entry::with(history));
}

std::optional<KeyState> KeyIndex::find(std::string_view key) const {
  state_->home.check();
  const Path path = state_->tree.seek(key);
  if (!path.is_exact() || !path.entry().is_live()) return std::nullopt;
  return newest_state(path.entry());
}

std::int64_t KeyIndex::live_keys() const {
  state_->home.check();
  return static_cast<std::int64_t>(state_->tree.live());
}

std::size_t KeyIndex::memory_bytes() const {
  state_->home.check();
  return state_->blocks.cost() + keytree::Blocks::cost_of(sizeof(State));
}

void KeyIndex::dump(std::ostream& out) const {
  state_->home.check();
  out << "key_index live=" << live_keys() << " nodes=" << state_->tree.node_count()
      << " levels=" << state_->tree.levels() << " bytes=" << memory_bytes()
      << " revision=" << state_->last_main.value() << " row=" << state_->last_row.value() << '\n';
}

void KeyIndex::check_invariants() const {
  state_->home.check();
  ENSURE(state_->tree.check() == state_->blocks.cost());
}

}  // namespace quorate::mvcc
