#include "server/mvcc/history_hash.h"

#include "common/crc32c.h"
#include "server/mvcc/stored_form.h"

namespace quorate::mvcc {
namespace {

bool has_any(const KeyIndex& index, Revision at) {
  if (at < Revision{}) return false;
  bool found = false;
  index.visit(KeyRange::all(), at, [&](const Found&) {
    found = true;
    return KeyIndex::Visit::stop;
  });
  return found;
}

}  // namespace

HistoryHash::HistoryHash(const Table& table, Revision at)
    : index_{table.index()},
      at_{at},
      compacted_{table.compacted()},
      keeps_any_{has_any(table.index(), at)},
      crc_{crc32c(0, "key")} {}

bool HistoryHash::counts(const Row& row) const {
  if (row.mod_revision() > compacted_) return true;
  // A compaction at a tombstone's own revision keeps the tombstone since 3.5.16, deletes it before:
  // both leave it out of the hash.
  if (row.mod_revision() == compacted_ && row.is_tombstone()) return false;
  // What the compaction dropped may still be in the file. Of what it kept etcd counts what a
  // compaction at `at` would keep; if that is nothing at all, everything.
  const auto found = index_.find_at(row.key(), keeps_any_ ? at_ : compacted_);
  return found && found->row == row.number();
}

bool HistoryHash::add(const Row& row) {
  if (row.mod_revision() > at_) return false;
  if (!counts(row)) return true;
  bytes_.clear();
  append_stored_key(row, bytes_);
  append_stored_value(row, bytes_);
  crc_ = crc32c(crc_, bytes_);
  return true;
}

}  // namespace quorate::mvcc
