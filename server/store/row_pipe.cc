#include "server/store/row_pipe.h"

#include <algorithm>
#include <utility>

namespace quorate::store {

void RowPipe::push(mvcc::RowPtr row) {
  filling_.push_back(std::move(row));
  if (filling_.size() == kRowsPerBatch) hand_over();
}

void RowPipe::close(std::exception_ptr failure) {
  if (!filling_.empty()) hand_over();
  const std::lock_guard lock{mutex_};
  is_closed_ = true;
  failure_ = std::move(failure);
  changed_.notify_all();
}

void RowPipe::hand_over() {
  std::sort(filling_.begin(), filling_.end(), [](const auto& a, const auto& b) {
    const int order = a->key().compare(b->key());
    return order != 0 ? order < 0 : a->number() < b->number();
  });
  std::unique_lock lock{mutex_};
  changed_.wait(lock, [this] { return full_.size() < kBatchesMax; });
  full_.push_back(std::exchange(filling_, {}));
  filling_.reserve(kRowsPerBatch);
  changed_.notify_all();
}

RowPipe::Batch RowPipe::next() {
  std::unique_lock lock{mutex_};
  changed_.wait(lock, [this] { return is_closed_ || !full_.empty(); });
  if (full_.empty()) return {};
  Batch batch = std::move(full_.front());
  full_.pop_front();
  changed_.notify_all();
  return batch;
}

void RowPipe::take_all(const std::function<void(const mvcc::Row&)>& take) {
  for (Batch batch = next(); !batch.empty(); batch = next()) {
    for (const auto& row : batch) take(*row);
  }
  if (failure_) std::rethrow_exception(failure_);
}

}  // namespace quorate::store
