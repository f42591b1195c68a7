#include "server/replica/row_gather.h"

#include <algorithm>
#include <utility>

#include "common/ensure.h"

namespace quorate::replica {
namespace {

constexpr std::int64_t kNumbersPerScan = 4000;  // some 2 ms of a reader
constexpr std::size_t kBytesPerScan = std::size_t{4} << 20;
constexpr std::size_t kScansAhead = 4;  // two readers stay busy
constexpr std::size_t kRowsAhead = 16;  // on their way from memory

}  // namespace

void RowGather::add(const std::vector<RowNumber>& numbers) {
  for (const RowNumber number : numbers) {
    const mvcc::RowPtr* row = context_.table.cache().find(number);
    if (row == nullptr) cold_.push_back({number, places_.size()});
    places_.push_back(row == nullptr ? 0 : rows_.add(**row));
  }
}

void RowGather::start(Done done) {
  if (cold_.empty()) return done(Status{});
  done_ = std::move(done);
  std::sort(cold_.begin(), cold_.end(),
            [](const Wanted& a, const Wanted& b) { return a.number < b.number; });
  scanned_ = RowNumber{cold_.front().number.value() - 1};
  last_ = cold_.back().number;
  while (scans_ < kScansAhead && scanned_ < last_) scan_next();
}

void RowGather::scan_next() {
  const RowNumber end = std::min(last_, RowNumber{scanned_.value() + kNumbersPerScan});
  const RowNumber after = std::exchange(scanned_, end);
  ++scans_;
  scan({after, end, static_cast<std::size_t>(kNumbersPerScan), kBytesPerScan});
}

void RowGather::scan(const HistoryPart& part) {
  context_.file.scan(part,
                     [self = shared_from_this(), part](Result<std::vector<mvcc::RowPtr>> rows) {
                       self->arrived(part, std::move(rows));
                     });
}

void RowGather::arrived(const HistoryPart& part, Result<std::vector<mvcc::RowPtr>> rows) {
  if (!done_) return;
  if (!rows) return finish(rows.error());
  const bool is_whole = rows->empty() || rows->back()->number() == part.last;
  const RowNumber end = rows->empty() ? part.last : rows->back()->number();
  place(*rows);
  // Large values: the rest of the part is asked for again. Dropped rows at its end look the same.
  if (!is_whole) return scan({end, part.last, part.rows_max, part.bytes_max});
  --scans_;
  if (scanned_ < last_) return scan_next();
  if (scans_ == 0) finish(Status{});
}

void RowGather::place(std::span<mvcc::RowPtr> rows) {
  if (rows.empty()) return;
  auto wanted =
      std::lower_bound(cold_.begin(), cold_.end(), rows.front()->number(),
                       [](const Wanted& each, RowNumber number) { return each.number < number; });
  for (auto& row : rows) {
    if (wanted == cold_.end()) return;
    if (row->number() < wanted->number) continue;
    ENSURE(row->number() == wanted->number);
    places_[wanted->position] = rows_.add(*row);
    ++wanted;
  }
}

void RowGather::finish(Status status) {
  cold_ = {};
  std::exchange(done_, nullptr)(std::move(status));
}

std::vector<mvcc::RowPtr> RowGather::take(std::size_t rows_max) {
  const std::size_t end = std::min(taken_ + rows_max, places_.size());
  std::vector<mvcc::RowPtr> taken;
  taken.reserve(end - taken_);
  for (std::size_t i = taken_; i < std::min(taken_ + kRowsAhead, end); ++i) prefetch(i);
  for (; taken_ < end; ++taken_) {
    if (taken_ + kRowsAhead < end) prefetch(taken_ + kRowsAhead);
    taken.push_back(rows_.at(places_[taken_]));
  }
  return taken;
}

// Rows lie in memory in the order of the file: in any other order each is a cache miss, unless many
// are awaited at once.
void RowGather::prefetch(std::size_t position) const {
  const char* bytes = rows_.bytes_at(places_[position]);
  for (int line = 0; line < 3; ++line) __builtin_prefetch(bytes + 64 * line);
}

}  // namespace quorate::replica
