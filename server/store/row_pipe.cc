#include "server/store/row_pipe.h"

#include <algorithm>
#include <cstring>
#include <endian.h>
#include <string_view>
#include <utility>

namespace quorate::store {
namespace {

// Compares as the texts do, unless it is equal.
std::uint64_t head_of(std::string_view text) {
  std::uint64_t head = 0;
  std::memcpy(&head, text.data(), std::min(text.size(), sizeof head));
  return be64toh(head);
}

}  // namespace

void RowPipe::push(mvcc::RowPtr row) {
  filling_.push_back({0, std::move(row)});
  if (filling_.size() == kRowsPerBatch) hand_over();
}

void RowPipe::close(std::exception_ptr failure) {
  if (!filling_.empty()) hand_over();
  const std::lock_guard lock{mutex_};
  is_closed_ = true;
  failure_ = std::move(failure);
  changed_.notify_all();
}

std::size_t RowPipe::shared_prefix() const {
  const std::string_view first = filling_.front().row->key();
  std::size_t shared = first.size();
  for (const Item& item : filling_) {
    const std::string_view key = item.row->key().substr(0, shared);
    shared = static_cast<std::size_t>(std::mismatch(key.begin(), key.end(), first.begin()).first -
                                      key.begin());
  }
  return shared;
}

// Eight bytes behind what all keys share decide nearly always: most comparisons touch no row.
void RowPipe::sort() {
  const std::size_t shared = shared_prefix();
  for (Item& item : filling_) item.head = head_of(item.row->key().substr(shared));
  std::sort(filling_.begin(), filling_.end(), [](const Item& a, const Item& b) {
    if (a.head != b.head) return a.head < b.head;
    const int order = a.row->key().compare(b.row->key());
    return order != 0 ? order < 0 : a.row->number() < b.row->number();
  });
}

void RowPipe::hand_over() {
  sort();
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
    for (const Item& item : batch) take(*item.row);
  }
  if (failure_) std::rethrow_exception(failure_);
}

}  // namespace quorate::store
