// Rows as bytes one behind the other: half again as many fit as would as objects of their own, and
// all go back to the system at once.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "server/mvcc/row.h"

namespace quorate::replica {

// Home: state thread.
class PackedRows {
 public:
  // Where a row lies; 0 is no row's.
  using Place = std::uint64_t;

  [[nodiscard]] Place add(const mvcc::Row& row);
  // An equal row. Requires: a place that add() returned.
  [[nodiscard]] mvcc::RowPtr at(Place place) const;
  // For reading ahead of at().
  [[nodiscard]] const char* bytes_at(Place place) const;

 private:
  std::vector<std::string> chunks_;
};

}  // namespace quorate::replica
