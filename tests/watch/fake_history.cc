#include "tests/watch/fake_history.h"

#include "common/ensure.h"

namespace quorate::watch {

std::vector<mvcc::RowPtr> FakeHistory::apply(const std::vector<Change>& changes) {
  std::vector<mvcc::RowPtr> rows;
  const Revision main = revision_.next();
  for (const Change& change : changes) {
    auto& states = by_key_[change.key];
    const bool exists = !states.empty() && !states.back()->is_tombstone();
    if (!change.value && !exists) continue;
    mvcc::Row::Fields fields;
    fields.number = RowNumber{static_cast<std::int64_t>(all_.size()) + 1};
    fields.revision = {main, static_cast<std::int64_t>(rows.size())};
    if (change.value) {
      fields.create_revision = exists ? states.back()->create_revision() : main;
      fields.version = exists ? states.back()->version() + 1 : 1;
    } else {
      fields.kind = mvcc::RowKind::tombstone;
    }
    auto row = mvcc::RowPtr::make(fields, change.key, change.value.value_or(""));
    states.push_back(row);
    all_.push_back(row);
    stored_.emplace(fields.number, row);
    rows.push_back(std::move(row));
  }
  if (!rows.empty()) revision_ = main;
  return rows;
}

void FakeHistory::compact(Revision at) {
  ENSURE(at > compacted_);
  compacted_ = at;
  for (const auto& [key, rows] : by_key_) {
    for (std::size_t i = 0; i < rows.size() && rows[i]->mod_revision() <= at; ++i) {
      const bool is_newest = i + 1 == rows.size() || rows[i + 1]->mod_revision() > at;
      const bool is_gone = rows[i]->is_tombstone() && rows[i]->mod_revision() < at;
      if (!is_newest || is_gone) stored_.erase(rows[i]->number());
    }
  }
}

const mvcc::Row* FakeHistory::row_at(std::string_view key, Revision at) const {
  const auto of_key = by_key_.find(key);
  if (of_key == by_key_.end()) return nullptr;
  const mvcc::Row* found = nullptr;
  for (const auto& row : of_key->second) {
    if (row->mod_revision() <= at) found = row.get();
  }
  return found == nullptr || found->is_tombstone() ? nullptr : found;
}

std::optional<RowNumber> FakeHistory::previous(std::string_view key, Revision mod) const {
  if (mod.prev() < compacted_) return {};
  const mvcc::Row* row = row_at(key, mod.prev());
  if (row == nullptr) return {};
  return row->number();
}

void FakeHistory::soon(Callback<void()> answer) {
  if (!is_slow) return answer();
  waiting_.push_back(std::move(answer));
}

void FakeHistory::answer_one(std::size_t place) {
  ENSURE(place < waiting_.size());
  Callback<void()> answer = std::move(waiting_[place]);
  waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(place));
  answer();
}

void FakeHistory::fetch(std::vector<RowNumber> rows, Rows done) {
  rows_fetched += rows.size();
  // A fetch holds its rows: compaction waits for it.
  std::vector<mvcc::RowPtr> found;
  for (const RowNumber number : rows) found.push_back(stored_.at(number));
  soon([this, found = std::move(found), done = std::move(done)]() mutable {
    if (failure) return done(*failure);
    done(std::move(found));
  });
}

void FakeHistory::read(HistoryQuery query, Slice done) {
  ++reads;
  soon([this, query = std::move(query), done = std::move(done)]() mutable {
    if (failure) return done(*failure);
    done(slice(query));
  });
}

HistorySlice FakeHistory::slice(const HistoryQuery& query) const {
  ENSURE(query.from <= query.to);
  ENSURE(query.to <= revision_);
  HistorySlice slice;
  std::size_t bytes = 0;
  for (const auto& [number, row] : stored_) {
    if (row->mod_revision() < query.from || row->mod_revision() > query.to) continue;
    if (row->key() < query.begin || (query.end && row->key() >= *query.end)) continue;
    const bool is_full =
        slice.rows.size() >= query.limit.rows_max || bytes >= query.limit.bytes_max;
    if (is_full && slice.rows.back()->mod_revision() != row->mod_revision()) {
      slice.end = row->mod_revision();
      return slice;
    }
    slice.rows.push_back(row);
    bytes += row->footprint();
  }
  slice.end = query.to.next();
  return slice;
}

}  // namespace quorate::watch
