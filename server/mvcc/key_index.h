// Which revisions every key has: the in-memory half of the store. Values stay in the table; the
// index says in which row.
//
// A counted B+ tree with packed nodes (keytree/): an entry is its key plus 16 bytes until the key
// is changed a second time; then its history moves to a block of its own. Inner nodes count the
// live keys below them, so that counting a range costs O(log n).
#pragma once

#include <cstdint>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/function_ref.h"
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
  std::string_view key;  // in a visit valid during the callback, else the view that was passed
  Revision mod_revision;
  RowNumber row;
};

// Home: state thread.
class KeyIndex {
 public:
  // How big nodes may grow before they are split. The default is right for production; tests make
  // deep trees of few keys. 16384 at most.
  struct NodeLimits {
    std::size_t leaf_bytes_max = 2048;
    std::size_t inner_bytes_max = 4096;
  };

  KeyIndex();
  explicit KeyIndex(const NodeLimits& limits);
  ~KeyIndex();
  KeyIndex(KeyIndex&&) noexcept;
  KeyIndex& operator=(KeyIndex&&) noexcept;

  // ---- Writing. `row` ascends from one call to the next, `main` never goes back.

  // Returns the state the key has now: version 1 and create_revision == main for a new key or a
  // new generation of a deleted one.
  KeyState put(std::string_view key, Revision main, RowNumber row);
  // False, and nothing happens, when the key does not exist. The row is the tombstone's.
  bool remove(std::string_view key, Revision main, RowNumber row);

  // Rebuilds from the table at start: the rows of each key in order of their number. A put says its
  // version and create revision, since rows before it may have been compacted away; so may all puts
  // before a tombstone.
  void restore(const Row& row);

  // ---- Reading the newest state

  [[nodiscard]] std::optional<KeyState> find(std::string_view key) const;
  [[nodiscard]] std::int64_t count(const KeyRange& range) const;  // O(log n)

  // ---- Reading at a revision; `at` = 0 or any revision from the newest on means the newest. Of
  // several changes in one revision the last one counts.
  // Requires: `at` is not compacted.

  [[nodiscard]] std::optional<Found> find_at(std::string_view key, Revision at) const;
  // Calls `visitor` for the keys that existed, ascending, until it says stop or `range` ends. The
  // visitor must not change the index.
  enum class Visit : std::uint8_t { go_on, stop };
  using Visitor = FunctionRef<Visit(const Found&)>;
  void visit(const KeyRange& range, Revision at, Visitor visitor) const;
  // As visit, descending.
  void visit_back(const KeyRange& range, Revision at, Visitor visitor) const;
  // O(log n) at the newest revision, else O(keys in the range).
  [[nodiscard]] std::int64_t count_at(const KeyRange& range, Revision at) const;

  // ---- Compaction: forgets what no read at `at` or later can see: per key, everything older than
  // the newest revision <= at, and that one too if it is a tombstone older than `at` (one exactly
  // at `at` stays, as in etcd 3.5). Done in slices, so that nothing waits long.

  // Compacts the keys from `from` on (begin with ""), visiting about `entries_max` of them. The
  // numbers of the rows to delete are appended to `dropped`. Returns the key to go on with, or
  // nothing when done. Keys may change between slices: a change after `at` is never dropped.
  std::optional<std::string> compact_slice(std::string_view from, Revision at,
                                           std::size_t entries_max,
                                           std::vector<RowNumber>& dropped);

  // ---- For hashes. What etcd calls `keep` at a revision R is, for HashKV, exactly what find_at at
  // R finds (so it is empty when count_at is 0), and for the hash of a compaction at R the rows of
  // is_kept_at. The two differ in tombstones at R itself. Rows that no longer are in the index
  // (compacted here, not yet deleted in the table) are never kept.

  // True if a compaction at `at` would keep this row.
  [[nodiscard]] bool is_kept_at(std::string_view key, RowNumber row, Revision at) const;
  // True if it would keep any row not newer than `at`; stops at the first one.
  [[nodiscard]] bool keeps_any_at(Revision at) const;

  [[nodiscard]] std::int64_t live_keys() const;
  // What the index costs in memory, as glibc's malloc rounds, without its fragmentation.
  [[nodiscard]] std::size_t memory_bytes() const;
  void dump(std::ostream& out) const;

  // Walks the whole tree and aborts when it is broken. For tests.
  void check_invariants() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace quorate::mvcc
