#include "server/replica/history_read.h"

#include <algorithm>
#include <utility>

namespace quorate::replica {
namespace {

// Some 100 us of the state thread, and a bounded amount of memory however large the values are.
constexpr std::size_t kRowsPerSlice = 500;
constexpr std::size_t kBytesPerSlice = std::size_t{1} << 20;

}  // namespace

HistoryRead::HistoryRead(const ReadContext& context, RowNumber after, HistoryTaker& taker)
    : context_{context}, taker_{&taker}, at_{after}, last_{context.table.last_row()} {}

void HistoryRead::start() {
  pin_ = context_.pins.take();
  schedule();
}

void HistoryRead::resume() {
  schedule();
}

void HistoryRead::schedule() {
  context_.tasks.later([self = shared_from_this()] { self->next(); });
}

void HistoryRead::next() {
  if (taker_ == nullptr) return;
  if (at_ >= last_) {
    pin_ = {};
    return std::exchange(taker_, nullptr)->on_end();
  }
  const RowNumber in_memory = context_.table.cache().first();
  if (in_memory == RowNumber{}) return read_from_file(last_);
  if (at_.next() < in_memory) {
    return read_from_file(std::min(last_, RowNumber{in_memory.value() - 1}));
  }
  deliver(take_from_memory());
}

std::vector<mvcc::RowPtr> HistoryRead::take_from_memory() {
  std::vector<mvcc::RowPtr> rows;
  std::size_t bytes = 0;
  while (at_ < last_ && rows.size() < kRowsPerSlice && bytes < kBytesPerSlice) {
    at_ = at_.next();
    rows.push_back(*context_.table.cache().find(at_));
    bytes += rows.back()->footprint();
  }
  return rows;
}

// Up to `last`, which memory no longer holds and the file therefore does, unless it was dropped.
void HistoryRead::read_from_file(RowNumber last) {
  context_.file.scan({at_, last, kRowsPerSlice, kBytesPerSlice},
                     [self = shared_from_this(), last](Result<std::vector<mvcc::RowPtr>> rows) {
                       if (self->taker_ == nullptr) return;
                       if (!rows) {
                         self->pin_ = {};
                         return std::exchange(self->taker_, nullptr)->on_failed(rows.error());
                       }
                       self->at_ = rows->empty() ? last : rows->back()->number();
                       self->deliver(*rows);
                     });
}

void HistoryRead::deliver(std::span<const mvcc::RowPtr> rows) {
  const auto wants = rows.empty() ? HistoryTaker::Wants::more : taker_->on_rows(rows);
  if (wants == HistoryTaker::Wants::more) return schedule();
  if (wants == HistoryTaker::Wants::pause) return;
  pin_ = {};
  taker_ = nullptr;
}

}  // namespace quorate::replica
