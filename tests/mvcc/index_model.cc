#include "tests/mvcc/index_model.h"

#include <algorithm>

namespace quorate::mvcc {

KeyState IndexModel::put(const std::string& key, std::int64_t main, std::int64_t row) {
  History& history = keys_[key];
  const bool continues = !history.empty() && !history.back().is_tombstone;
  const std::int64_t create = continues ? history.back().create : main;
  const std::int64_t version = continues ? history.back().version + 1 : 1;
  history.push_back({main, row, false, create, version});
  return *find(key);
}

bool IndexModel::remove(const std::string& key, std::int64_t main, std::int64_t row) {
  if (!find(key)) return false;
  keys_[key].push_back({main, row, true, 0, 0});
  return true;
}

std::optional<KeyState> IndexModel::find(const std::string& key) const {
  const auto known = keys_.find(key);
  if (known == keys_.end() || known->second.back().is_tombstone) return std::nullopt;
  const Change& newest = known->second.back();
  return KeyState{Revision{newest.main}, Revision{newest.create}, newest.version,
                  RowNumber{newest.row}};
}

std::optional<IndexModel::Put> IndexModel::find_at(const std::string& key, std::int64_t at) const {
  const auto known = keys_.find(key);
  if (known == keys_.end()) return std::nullopt;
  std::optional<Put> seen;
  for (const Change& change : known->second) {
    if (at != 0 && change.main > at) continue;
    seen.reset();
    if (!change.is_tombstone) seen = Put{key, change.main, change.row};
  }
  return seen;
}

std::vector<IndexModel::Put> IndexModel::visit(const KeyRange& range, std::int64_t at) const {
  std::vector<Put> puts;
  for (const auto& [key, history] : keys_) {
    if (!range.contains(key)) continue;
    if (const auto put = find_at(key, at)) puts.push_back(*put);
  }
  return puts;
}

std::int64_t IndexModel::live_keys() const {
  return static_cast<std::int64_t>(visit(KeyRange::all(), 0).size());
}

std::vector<std::int64_t> IndexModel::dropped_by(const History& history, std::int64_t at) {
  std::vector<Change> old;
  for (const Change& change : history) {
    if (change.main <= at) old.push_back(change);
  }
  if (old.empty()) return {};
  const bool keeps_newest = !old.back().is_tombstone || old.back().main == at;
  if (keeps_newest) old.pop_back();
  std::vector<std::int64_t> rows;
  for (const Change& change : old) rows.push_back(change.row);
  return rows;
}

std::vector<std::int64_t> IndexModel::compact(std::int64_t at) {
  std::vector<std::int64_t> all;
  for (auto key = keys_.begin(); key != keys_.end();) {
    History& history = key->second;
    const auto rows = dropped_by(history, at);
    std::erase_if(history, [&](const Change& c) { return std::ranges::count(rows, c.row) > 0; });
    all.insert(all.end(), rows.begin(), rows.end());
    key = history.empty() ? keys_.erase(key) : std::next(key);
  }
  std::ranges::sort(all);
  return all;
}

bool IndexModel::is_kept_at(const std::string& key, std::int64_t row, std::int64_t at) const {
  const auto known = keys_.find(key);
  if (known == keys_.end()) return false;
  const auto dropped = dropped_by(known->second, at);
  return std::ranges::count(dropped, row) == 0 &&
         std::ranges::count(known->second, row, &Change::row) > 0;
}

bool IndexModel::keeps_any_at(std::int64_t at) const {
  for (const auto& [key, history] : keys_) {
    for (const Change& change : history) {
      if (change.main <= at && is_kept_at(key, change.row, at)) return true;
    }
  }
  return false;
}

}  // namespace quorate::mvcc
