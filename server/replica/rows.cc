#include "server/replica/rows.h"

#include <utility>

namespace quorate::replica {
namespace {

// Rows found so far; the cold ones are filled in when they arrive.
struct Partial {
  std::vector<mvcc::RowPtr> rows;
  std::vector<std::size_t> gaps;  // positions of the cold ones
  Rows::Done done;
};

}  // namespace

std::optional<std::size_t> Rows::bytes_in_memory(const std::vector<RowNumber>& numbers) const {
  std::size_t bytes = 0;
  for (const RowNumber number : numbers) {
    const mvcc::RowPtr* row = cache_.find(number);
    if (row == nullptr) return std::nullopt;
    bytes += (*row)->footprint();
  }
  return bytes;
}

void Rows::fetch(const std::vector<RowNumber>& numbers, Done done) {
  Partial partial;
  partial.rows.resize(numbers.size());
  std::vector<RowNumber> cold;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (const mvcc::RowPtr* row = cache_.find(numbers[i])) {
      partial.rows[i] = *row;
    } else {
      partial.gaps.push_back(i);
      cold.push_back(numbers[i]);
    }
  }
  if (cold.empty()) return done(std::move(partial.rows));
  partial.done = std::move(done);
  // A long scan must not push out what is read again and again.
  const bool is_small = cold.size() <= 16;
  // This object may be gone by then; the cache is not.
  table_.read(std::move(cold), [&cache = cache_, is_small, partial = std::move(partial)](
                                   Result<std::vector<mvcc::RowPtr>> read) mutable {
    if (!read) return partial.done(read.error());
    for (std::size_t i = 0; i < partial.gaps.size(); ++i) {
      if (is_small) cache.add_cold((*read)[i]);
      partial.rows[partial.gaps[i]] = std::move((*read)[i]);
    }
    partial.done(std::move(partial.rows));
  });
}

}  // namespace quorate::replica
