// All kept changes of one key, in a block of its own. A key has one from its second change on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "common/id.h"
#include "server/mvcc/keytree/blocks.h"
#include "server/mvcc/row.h"

namespace quorate::mvcc::keytree {

// One revision of a key, in 16 bytes: the row number carries the tombstone mark in its lowest bit.
class Change {
 public:
  Change(Revision main, RowNumber row, RowKind kind)
      : main_{main}, row_and_mark_{row.value() * 2 + (kind == RowKind::tombstone ? 1 : 0)} {}

  [[nodiscard]] Revision main() const { return main_; }
  [[nodiscard]] RowNumber row() const { return RowNumber{row_and_mark_ >> 1}; }
  [[nodiscard]] bool is_tombstone() const { return (row_and_mark_ & 1) != 0; }

  friend bool operator==(const Change&, const Change&) = default;

 private:
  Revision main_;
  std::int64_t row_and_mark_;
};

// A head and an array behind it, which grows by a quarter. A long history goes on in a new part
// instead, of a quarter of what there is: nothing is copied, and heads of the parts before lead
// back to the first. Row numbers ascend; revisions do not descend (one transaction may delete a key
// and put it again). Never empty between calls.
class History {
 public:
  // The newest generation of the key: what its next put continues.
  struct Generation {
    Revision create_revision;
    std::int64_t version = 0;  // puts in it
  };

  History(const History&) = delete;
  History& operator=(const History&) = delete;

  static History* make(Blocks& blocks, const Generation& generation, const Change& first);
  // Returns the history with `change` at its end, which may have moved: `history` is gone.
  static History* append(Blocks& blocks, History* history, const Change& change);
  static void destroy(Blocks& blocks, History* history) noexcept;

  [[nodiscard]] std::uint32_t size() const;
  [[nodiscard]] const Change& newest() const { return data()[count_ - 1]; }
  // The newest change at or before `at`; null when the key had none by then.
  [[nodiscard]] const Change* at(Revision at) const;
  // Calls visit(change) for the `n` oldest ones, in order. Requires: there are so many.
  template <class Visit>
  void for_oldest(std::uint32_t n, Visit&& visit) const {
    if (n == 0) return;
    for (const History* part : parts()) {
      for (std::uint32_t i = 0; i < part->count_ && n > 0; ++i, --n) visit(part->data()[i]);
    }
  }

  [[nodiscard]] const Generation& generation() const { return generation_; }
  void set_generation(const Generation& generation) { generation_ = generation; }

  // How many of the oldest changes no read at `at` or later can see: all before the newest one at
  // or before `at`, and that one too if it is a tombstone older than `at`.
  [[nodiscard]] std::uint32_t obsolete_at(Revision at) const;
  // Whether the change of this row is there and not among those.
  [[nodiscard]] bool is_kept_at(RowNumber row, Revision at) const;
  // Returns the history without its `n` oldest changes: `history` is gone. Requires: some remain.
  static History* drop_oldest(Blocks& blocks, History* history, std::uint32_t n);

  // What its blocks cost.
  [[nodiscard]] std::size_t cost() const;

 private:
  explicit History(std::uint32_t capacity) : capacity_{capacity} {}
  static std::size_t bytes_for(std::uint32_t capacity) {
    return sizeof(History) + capacity * sizeof(Change);
  }
  [[nodiscard]] std::size_t block_bytes() const { return bytes_for(capacity_); }
  static History* allocate(Blocks& blocks, std::uint32_t capacity);
  // A part with the same head, and its changes from `first` on; the old one is gone.
  static History* replace(Blocks& blocks, History* part, std::uint32_t first,
                          std::uint32_t capacity);
  static History* extend(Blocks& blocks, History* history);
  [[nodiscard]] bool holds(const Change* change) const {
    return std::less_equal<>{}(data(), change) && std::less<>{}(change, data() + count_);
  }
  [[nodiscard]] std::vector<const History*> parts() const;  // from the oldest on
  [[nodiscard]] const Change* data() const { return reinterpret_cast<const Change*>(this + 1); }
  [[nodiscard]] Change* data() { return reinterpret_cast<Change*>(this + 1); }

  Generation generation_;  // of the last part; those before are out of date
  History* before_ = nullptr;
  std::uint32_t count_ = 0;  // of this part
  std::uint32_t capacity_;
};

}  // namespace quorate::mvcc::keytree
