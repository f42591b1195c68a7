#include "server/mvcc/row_cache.h"

#include <algorithm>

#include "common/ensure.h"

namespace quorate::mvcc {

void RowCache::add_newest(RowPtr row) {
  if (newest_.empty()) first_ = row->number();
  ENSURE(row->number().value() == first_.value() + static_cast<std::int64_t>(newest_.size()));
  newest_bytes_ += row->footprint();
  unflushed_bytes_ += row->footprint();
  newest_.push_back(std::move(row));
}

void RowCache::flushed(RowNumber number) {
  // What an earlier process wrote was never here.
  for (RowNumber each = std::max(flushed_.next(), first_); each <= number && !newest_.empty();
       each = each.next()) {
    const auto at = static_cast<std::size_t>(each.value() - first_.value());
    ENSURE(at < newest_.size());
    unflushed_bytes_ -= newest_[at]->footprint();
  }
  flushed_ = std::max(flushed_, number);
  trim_newest();
}

void RowCache::trim_newest() {
  while (newest_bytes_ > bytes_max_ / 2 && !newest_.empty() && first_ <= flushed_) {
    newest_bytes_ -= newest_.front()->footprint();
    newest_.pop_front();
    first_ = first_.next();
  }
}

void RowCache::add_cold(RowPtr row) {
  const RowNumber number = row->number();
  const std::size_t bytes = row->footprint();
  if (bytes > bytes_max_ / 8) return;  // one value must not push out all others
  if (!cold_.emplace(number, std::move(row)).second) return;
  cold_order_.push_back(number);
  cold_bytes_ += bytes;
  trim_cold();
}

void RowCache::trim_cold() {
  while (cold_bytes_ > bytes_max_ / 2) {
    const auto found = cold_.find(cold_order_.front());
    cold_order_.pop_front();
    cold_bytes_ -= found->second->footprint();
    cold_.erase(found);
  }
}

const RowPtr* RowCache::find(RowNumber number) const {
  if (!newest_.empty() && number >= first_) {
    const auto at = static_cast<std::size_t>(number.value() - first_.value());
    return at < newest_.size() ? &newest_[at] : nullptr;
  }
  const auto found = cold_.find(number);
  return found == cold_.end() ? nullptr : &found->second;
}

}  // namespace quorate::mvcc
