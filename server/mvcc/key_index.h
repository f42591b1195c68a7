// Which revisions every key has: the in-memory half of the store. Values stay in the table; the
// index says in which row.
//
// A counted B+ tree with packed leaves: an entry is its key plus 16 bytes until the key is changed
// a second time; then its history moves to a block of its own. Inner nodes count the live keys
// below them, so that counting a range costs O(log n).
#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/id.h"
#include "server/mvcc/key_range.h"
#include "server/mvcc/row.h"

namespace quorate::mvcc {

// The newest state of a key that exists.
struct KeyState {
  Revision mod_revision;
  Revision create_revision;
  std::int64_t version = 0;
  RowNumber row;

  friend bool operator==(const KeyState&, const KeyState&) = default;
};

// Where the value of a key at some revision is.
struct Found {
  std::string_view key;  // valid until the index changes
  Revision mod_revision;
  RowNumber row;
};

// Home: state thread.
class KeyIndex {
 public:
  KeyIndex();
  ~KeyIndex();
  KeyIndex(KeyIndex&&) noexcept;
  KeyIndex& operator=(KeyIndex&&) noexcept;

  // ---- Writing. `row` and `main` never go back from one call to the next.

  // Returns the state the key has now: version 1 and create_revision == main for a new key or a
  // new generation of a deleted one.
  KeyState put(std::string_view key, Revision main, RowNumber row);
  // False, and nothing happens, when the key does not exist. The row is the tombstone's.
  bool remove(std::string_view key, Revision main, RowNumber row);

  // Rebuilds from the table at start: rows in order of their number. A put says its version and
  // create revision, since rows before it may have been compacted away.
  void restore(const Row& row);

  // ---- Reading the newest state

  [[nodiscard]] std::optional<KeyState> find(std::string_view key) const;
  [[nodiscard]] std::int64_t count(const KeyRange& range) const;  // O(log n)

  // ---- Reading at a revision; `at` = 0 or any revision from the newest on means the newest.
  // Requires: `at` is not compacted.

  [[nodiscard]] std::optional<Found> find_at(std::string_view key, Revision at) const;
  // Calls `visit` for the keys that existed, ascending, until it says stop or `range` ends.
  enum class Visit : std::uint8_t { go_on, stop };
  void visit(const KeyRange& range, Revision at,
             const std::function<Visit(const Found&)>& visit) const;
  // As visit, descending.
  void visit_back(const KeyRange& range, Revision at,
                  const std::function<Visit(const Found&)>& visit) const;
  [[nodiscard]] std::int64_t count_at(const KeyRange& range, Revision at) const;

  // ---- Compaction: forgets what no read at `at` or later can see: per key, everything older than
  // the newest revision <= at, and that one too if it is a tombstone older than `at` (one exactly
  // at `at` stays, as in etcd 3.5). Done in slices, so that nothing waits long.

  // Compacts the keys from `from` on, visiting about `entries_max` of them. The numbers of the rows
  // to delete are appended to `dropped`. Returns the key to go on with, or nothing when done.
  std::optional<std::string> compact_slice(std::string_view from, Revision at,
                                           std::size_t entries_max,
                                           std::vector<RowNumber>& dropped);

  // ---- For HashKV: true if a compaction at `at` would keep this row.
  [[nodiscard]] bool is_kept_at(std::string_view key, RowNumber row, Revision at) const;

  [[nodiscard]] std::int64_t live_keys() const;
  [[nodiscard]] std::size_t memory_bytes() const;  // an estimate from its own counts
  void dump(std::ostream& out) const;

  // Walks the whole tree and aborts when it is broken. For tests.
  void check_invariants() const;

 private:
  struct Tree;
  std::unique_ptr<Tree> tree_;
};

}  // namespace quorate::mvcc
