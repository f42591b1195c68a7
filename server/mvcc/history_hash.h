// etcd's HashKV: a checksum of the history that members with the same state agree on, whatever each
// has compacted physically.
#pragma once

#include <cstdint>
#include <string>

#include "server/mvcc/table.h"

namespace quorate::mvcc {

// CRC-32C of the bytes "key", then of every row as etcd stores it: the revision as its file's key,
// the KeyValue as its value. Rows that a compaction is about to delete do not count.
// Home: state thread.
class HistoryHash {
 public:
  // Requires: `at` is below 0, before everything, or table.read_revision(at) is fine and stays so
  // through a pin while rows are added.
  HistoryHash(const Table& table, Revision at);

  // Rows in the order of the history, from its beginning. False: nothing after this row counts.
  bool add(const Row& row);

  [[nodiscard]] std::uint32_t value() const { return crc_; }
  [[nodiscard]] Revision at() const { return at_; }
  [[nodiscard]] Revision compacted() const { return compacted_; }

 private:
  [[nodiscard]] bool counts(const Row& row) const;

  const KeyIndex& index_;
  Revision at_;
  Revision compacted_;
  bool keeps_any_;
  std::uint32_t crc_;
  std::string bytes_;  // of the row being added
};

}  // namespace quorate::mvcc
