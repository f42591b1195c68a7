// One revision of one key: what the table holds, what a read returns, what a watcher is told.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>

#include "common/id.h"

namespace quorate::mvcc {

enum class RowKind : std::uint8_t { put, tombstone };

// The place of a change in the history: `sub` counts the changes within one transaction from 0.
struct RevisionPair {
  Revision main;
  std::int64_t sub = 0;

  friend constexpr auto operator<=>(const RevisionPair&, const RevisionPair&) = default;
};

// Immutable once built, one allocation with key and value behind the head. Other homes may look at
// a row that the state home holds for them; only the state home counts owners.
class Row {
 public:
  struct Fields {
    RowNumber number;
    RevisionPair revision;
    Revision create_revision;  // 0 for a tombstone
    std::int64_t version = 0;  // puts since creation, from 1; 0 for a tombstone
    LeaseId lease;
    RowKind kind = RowKind::put;
  };

  Row(const Row&) = delete;
  Row& operator=(const Row&) = delete;

  [[nodiscard]] RowNumber number() const { return fields_.number; }
  [[nodiscard]] RevisionPair revision() const { return fields_.revision; }
  [[nodiscard]] Revision mod_revision() const { return fields_.revision.main; }
  [[nodiscard]] Revision create_revision() const { return fields_.create_revision; }
  [[nodiscard]] std::int64_t version() const { return fields_.version; }
  [[nodiscard]] LeaseId lease() const { return fields_.lease; }
  [[nodiscard]] bool is_tombstone() const { return fields_.kind == RowKind::tombstone; }
  [[nodiscard]] std::string_view key() const { return {bytes(), key_size_}; }
  [[nodiscard]] std::string_view value() const { return {bytes() + key_size_, value_size_}; }
  // What it costs in memory.
  [[nodiscard]] std::size_t footprint() const { return sizeof(Row) + key_size_ + value_size_; }

 private:
  friend class RowPtr;
  Row(const Fields& fields, std::string_view key, std::string_view value);
  [[nodiscard]] const char* bytes() const { return reinterpret_cast<const char*>(this + 1); }

  mutable std::uint32_t owners_ = 1;
  std::uint32_t key_size_;
  std::uint32_t value_size_;
  Fields fields_;
};

// A shared owner of a row: the cache, answers under way. Home: state thread; one made elsewhere is
// handed over by posting.
class RowPtr {
 public:
  RowPtr() = default;
  static RowPtr make(const Row::Fields& fields, std::string_view key, std::string_view value);

  RowPtr(const RowPtr& other) noexcept : row_{other.row_} {
    if (row_ != nullptr) ++row_->owners_;
  }
  RowPtr(RowPtr&& other) noexcept : row_{std::exchange(other.row_, nullptr)} {}
  RowPtr& operator=(RowPtr other) noexcept {
    std::swap(row_, other.row_);
    return *this;
  }
  ~RowPtr() { release(); }

  explicit operator bool() const { return row_ != nullptr; }
  const Row& operator*() const { return *row_; }
  const Row* operator->() const { return row_; }
  [[nodiscard]] const Row* get() const { return row_; }

 private:
  void release() noexcept;
  const Row* row_ = nullptr;
};

}  // namespace quorate::mvcc
