#include "server/replica/range_read.h"

#include <algorithm>
#include <utility>

#include "server/mvcc/arrange.h"
#include "server/replica/row_gather.h"

namespace quorate::replica {
namespace {

// Some 60 us of the state thread.
constexpr std::size_t kKeysPerSlice = 1000;
// Before any row was seen each may be as large as a request.
constexpr std::size_t kKeysOfFirstSlice = 16;
constexpr std::size_t kBytesPerSlice = std::size_t{1} << 20;
// From memory, without waiting for a turn: what a thousand reads of one turn may take each.
constexpr std::size_t kBytesAtOnce = std::size_t{128} << 10;
// Two readers stay busy while the third slice is taken.
constexpr std::size_t kSlicesAhead = 4;
// Fewer keys are not worth a pass over the file.
constexpr std::int64_t kGatheredMin = 20'000;
// All rows gathered are in memory at once.
constexpr std::int64_t kGatheredTableBytesMax = std::int64_t{512} << 20;
// A pass that reads four rows for each one wanted costs as much as look-ups.
constexpr std::int64_t kRowsPerWantedMax = 4;

}  // namespace

RangeRead::RangeRead(const ReadContext& context, RangeQuery query, RangeTaker& taker)
    : context_{context},
      query_{std::move(query)},
      taker_{&taker},
      keys_per_slice_{kKeysOfFirstSlice} {
  query_.op.range = mvcc::KeyRange::of(query_.key, query_.range_end);
}

// Answers in another order than that of the keys, or filtered by what only rows tell.
bool RangeRead::is_arranged() const {
  return mvcc::needs_all_rows(query_.op) || query_.op.target != mvcc::SortTarget::key;
}

void RangeRead::start() {
  const auto self = shared_from_this();  // the taker may let go of it when it is done
  const auto at = context_.table.read_revision(query_.op.at);
  if (!at) return fail(at.error());
  pin_ = context_.pins.take();
  scan_ = std::make_unique<mvcc::RangeScan>(context_.table.scan(query_.op, *at));
  taker_->on_begin(context_.table.revision(), *at);
  if (taker_ == nullptr) return;
  if (!is_dense()) return fill();
  gather_ = std::make_shared<RowGather>(context_);
  gather();
}

bool RangeRead::is_dense() const {
  if (!query_.is_taken_whole || query_.op.limit > 0 || query_.op.is_count_only) return false;
  if (context_.table_bytes > kGatheredTableBytesMax) return false;
  const std::int64_t keys = context_.table.index().count(query_.op.range);
  return keys >= kGatheredMin && keys * kRowsPerWantedMax >= context_.table.last_row().value();
}

void RangeRead::gather() {
  if (taker_ == nullptr) return;
  std::vector<RowNumber> numbers;
  is_scanned_ = scan_->advance(context_.table.index(), kKeysPerSlice, numbers);
  gather_->add(numbers);
  if (!is_scanned_) return schedule(&RangeRead::gather);
  gather_->start([self = shared_from_this()](Status status) {
    if (!status) return self->fail(status.error());
    self->schedule(&RangeRead::deliver_gathered);
  });
}

void RangeRead::deliver_gathered() {
  if (taker_ == nullptr) return;
  auto rows = gather_->take(kKeysPerSlice);
  if (rows.empty()) return finish();
  deliver_rows(rows);
  schedule(&RangeRead::deliver_gathered);
}

void RangeRead::schedule(void (RangeRead::*work)()) {
  context_.tasks.later([self = shared_from_this(), work] { (*self.*work)(); });
}

void RangeRead::resume() {
  const auto self = shared_from_this();
  is_paused_ = false;
  deliver();
}

void RangeRead::cancel() {
  taker_ = nullptr;
  if (gather_ != nullptr) gather_->cancel();
}

// Keeps slices ahead of the taker. One slice a turn: other work goes on in between.
void RangeRead::fill() {
  is_scheduled_ = false;
  if (taker_ == nullptr) return;
  if (!is_scanned_ && slices_.size() < slices_ahead()) fetch_slice();
  deliver();
}

std::size_t RangeRead::slices_ahead() const {
  return has_seen_rows_ ? kSlicesAhead : 1;
}

void RangeRead::fetch_slice() {
  std::vector<RowNumber> numbers;
  is_scanned_ = scan_->advance(context_.table.index(), keys_per_slice_, numbers);
  const std::size_t slice = first_slice_ + slices_.size();
  slices_.emplace_back();
  Rows rows{context_.table.cache(), context_.file};
  const auto bytes = rows.bytes_in_memory(numbers);
  if (bytes && *bytes <= kBytesAtOnce) {
    rows.fetch(numbers, [this, slice](Result<std::vector<mvcc::RowPtr>> found) {
      arrived(slice, std::move(found));
    });
  } else {
    fetch_in_turn(slice, std::move(numbers));
  }
}

void RangeRead::fetch_in_turn(std::size_t slice, std::vector<RowNumber> numbers) {
  context_.gate.enter([self = shared_from_this(), slice, numbers = std::move(numbers)] {
    if (self->taker_ == nullptr || !self->taker_->has_room()) return self->context_.gate.leave();
    Rows{self->context_.table.cache(), self->context_.file}.fetch(
        numbers, [self, slice](Result<std::vector<mvcc::RowPtr>> read) {
          self->arrived(slice, std::move(read));
          // The next one in another turn: rows from memory are here at once.
          self->context_.tasks.later([&gate = self->context_.gate] { gate.leave(); });
        });
  });
}

void RangeRead::learn_row_size(std::span<const mvcc::RowPtr> rows) {
  if (rows.empty()) return;
  std::size_t bytes = 0;
  for (const auto& row : rows) bytes += row->footprint();
  keys_per_slice_ =
      std::clamp(kBytesPerSlice / (bytes / rows.size()), kKeysOfFirstSlice, kKeysPerSlice);
  has_seen_rows_ = true;
}

void RangeRead::arrived(std::size_t slice, Result<std::vector<mvcc::RowPtr>> rows) {
  if (taker_ == nullptr) return;
  if (!rows) return fail(rows.error());
  learn_row_size(*rows);
  Slice& target = slices_[slice - first_slice_];
  target.rows = std::move(*rows);
  target.is_ready = true;
  if (!is_scheduled_) deliver();
}

void RangeRead::deliver() {
  while (taker_ != nullptr && !is_paused_ && !slices_.empty() && slices_.front().is_ready) {
    auto rows = std::move(slices_.front().rows);
    slices_.pop_front();
    ++first_slice_;
    deliver_rows(rows);
  }
  if (taker_ == nullptr || is_paused_) return;
  if (is_scanned_ && slices_.empty()) return finish();
  if (!is_scanned_ && !is_scheduled_ && slices_.size() < slices_ahead()) {
    is_scheduled_ = true;
    context_.tasks.later([self = shared_from_this()] { self->fill(); });
  }
}

void RangeRead::deliver_rows(std::vector<mvcc::RowPtr>& rows) {
  if (is_arranged()) {
    all_.insert(all_.end(), std::make_move_iterator(rows.begin()),
                std::make_move_iterator(rows.end()));
    return;
  }
  std::span<const mvcc::RowPtr> part{rows};
  // The scan goes one row past the limit to learn whether there are more.
  const std::int64_t limit = query_.op.limit;
  if (limit > 0 && delivered_ + static_cast<std::int64_t>(part.size()) > limit) {
    has_more_ = true;
    part = part.first(static_cast<std::size_t>(limit - delivered_));
  }
  if (part.empty()) return;
  delivered_ += static_cast<std::int64_t>(part.size());
  if (!taker_->on_rows(part)) is_paused_ = true;
}

void RangeRead::finish() {
  pin_ = {};
  if (is_arranged()) {
    has_more_ = mvcc::arrange(query_.op, all_);
    taker_->on_rows(all_);
    if (taker_ == nullptr) return;  // it has cancelled
  }
  std::exchange(taker_, nullptr)->on_done(scan_->count(), has_more_);
}

void RangeRead::fail(const Error& error) {
  pin_ = {};
  if (taker_ != nullptr) std::exchange(taker_, nullptr)->on_failed(error);
}

}  // namespace quorate::replica
