// Reading at a revision and over ranges.
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

// The keys of one leaf after the other, whole: the prefix is copied once per leaf.
class KeyReader {
 public:
  void enter(const Node& leaf) {
    leaf_ = &leaf;
    buffer_ = leaf.prefix();
    prefix_size_ = buffer_.size();
  }
  std::string_view key(std::uint32_t i) {
    if (const auto* key = leaf_->long_key(i)) return key->view();
    buffer_.resize(prefix_size_);
    return buffer_.append(leaf_->rest(i));
  }

 private:
  const Node* leaf_ = nullptr;
  std::string buffer_;
  std::size_t prefix_size_ = 0;
};

// Histories lie all over the heap: asked for together, they arrive together.
void prefetch_histories(const Node& leaf) {
  for (std::uint32_t i = 0; i < leaf.count(); ++i) {
    if (const Entry entry{leaf.cell(i)}; entry.has_history()) {
      __builtin_prefetch(entry.history());
    }
  }
}

// What a read at `at` sees of an entry; the key is left to the caller.
std::optional<Found> seen_at(const Entry& entry, Revision at) {
  if (!entry.has_history()) {
    if (entry.revision() > at) return std::nullopt;
    return Found{{}, entry.revision(), entry.row()};
  }
  const Change* change = entry.history()->at(at);
  if (change == nullptr || change->is_tombstone()) return std::nullopt;
  return Found{{}, change->main(), change->row()};
}

// The places of a leaf that are in the range, as a half-open interval.
struct Span {
  std::uint32_t begin;
  std::uint32_t end;
};

Span span_of(const Node& leaf, const KeyRange& range) {
  const auto [begin, is_exact] = leaf.search(range.begin_key());
  switch (range.shape()) {
    case KeyRange::Shape::single:
      return {begin, begin + (is_exact ? 1 : 0)};
    case KeyRange::Shape::bounded:
      return {begin, std::max(begin, leaf.search(range.end_key()).at)};
    case KeyRange::Shape::open:
      break;
  }
  return {begin, leaf.count()};
}

// The place behind a range.
Path seek_behind(const keytree::Tree& tree, const KeyRange& range) {
  switch (range.shape()) {
    case KeyRange::Shape::single:
      return tree.seek(range.begin_key());
    case KeyRange::Shape::bounded:
      return tree.seek(range.end_key());
    case KeyRange::Shape::open:
      break;
  }
  return tree.seek_end();
}

}  // namespace

std::optional<Found> KeyIndex::find_at(std::string_view key, Revision at) const {
  state_->home.check();
  const Path path = state_->tree.seek(key);
  if (!path.is_exact()) return std::nullopt;
  auto found = seen_at(path.entry(), state_->is_newest(at) ? state_->last_main : at);
  if (found) found->key = key;
  return found;
}

void KeyIndex::visit(const KeyRange& range, Revision at, Visitor visitor) const {
  state_->home.check();
  if (state_->is_newest(at)) at = state_->last_main;
  Path path = state_->tree.seek(range.begin_key());
  if (path.levels() == 0) return;
  KeyReader keys;
  do {
    const Node& leaf = path.leaf();
    const Span span = span_of(leaf, range);
    keys.enter(leaf);
    prefetch_histories(leaf);
    for (std::uint32_t i = span.begin; i < span.end; ++i) {
      auto found = seen_at(Entry{leaf.cell(i)}, at);
      if (!found) continue;
      found->key = keys.key(i);
      if (visitor(*found) == Visit::stop) return;
    }
    if (span.end < leaf.count()) return;
  } while (path.next_leaf());
}

void KeyIndex::visit_back(const KeyRange& range, Revision at, Visitor visitor) const {
  state_->home.check();
  if (state_->is_newest(at)) at = state_->last_main;
  Path path = seek_behind(state_->tree, range);
  if (path.levels() == 0) return;
  KeyReader keys;
  do {
    const Node& leaf = path.leaf();
    const Span span = span_of(leaf, range);
    keys.enter(leaf);
    prefetch_histories(leaf);
    for (std::uint32_t i = span.end; i > span.begin; --i) {
      auto found = seen_at(Entry{leaf.cell(i - 1)}, at);
      if (!found) continue;
      found->key = keys.key(i - 1);
      if (visitor(*found) == Visit::stop) return;
    }
    if (span.begin > 0) return;
  } while (path.previous_leaf());
}

std::int64_t KeyIndex::count(const KeyRange& range) const {
  state_->home.check();
  const keytree::Tree& tree = state_->tree;
  const std::uint64_t before = tree.live_before(range.begin_key());
  switch (range.shape()) {
    case KeyRange::Shape::single:
      return find(range.begin_key()) ? 1 : 0;
    case KeyRange::Shape::bounded:
      return static_cast<std::int64_t>(std::max(before, tree.live_before(range.end_key())) -
                                       before);
    case KeyRange::Shape::open:
      break;
  }
  return static_cast<std::int64_t>(tree.live() - before);
}

std::int64_t KeyIndex::count_at(const KeyRange& range, Revision at) const {
  if (state_->is_newest(at)) return count(range);
  std::int64_t n = 0;
  visit(range, at, [&n](const Found&) {
    ++n;
    return Visit::go_on;
  });
  return n;
}

}  // namespace quorate::mvcc
