#include "server/raft/entry_log.h"

#include <iterator>
#include <utility>

#include "common/ensure.h"

namespace quorate::raft {

std::size_t cost_bytes(const Entry& entry) {
  return entry.data.size() + kEntryOverheadBytes;
}

EntryLog::EntryLog(Index start_index, Term start_term, std::vector<Entry> entries)
    : start_index_{start_index}, start_term_{start_term} {
  for (Entry& entry : entries) append(std::move(entry));
}

Term EntryLog::last_term() const {
  return entries_.empty() ? start_term_ : entries_.back().term;
}

std::optional<Term> EntryLog::term_of(Index index) const {
  if (index == start_index_) return start_term_;
  if (index < start_index_ || index > last_index()) return std::nullopt;
  return entries_[offset(index)].term;
}

bool EntryLog::matches(Index index, Term term) const {
  return term_of(index) == term;
}

const Entry& EntryLog::at(Index index) const {
  ENSURE(index > start_index_);
  ENSURE(index <= last_index());
  return entries_[offset(index)];
}

bool EntryLog::is_up_to_date(Index other_last_index, Term other_last_term) const {
  if (other_last_term != last_term()) return other_last_term > last_term();
  return other_last_index >= last_index();
}

std::size_t EntryLog::count_known(std::span<const Entry> entries) const {
  std::size_t known = 0;
  while (known < entries.size() && matches(entries[known].index, entries[known].term)) ++known;
  return known;
}

EntryLog::Place EntryLog::last_possible_match(Index index, Term term) const {
  for (; index > Index{0}; index = index.prev()) {
    const std::optional<Term> here = term_of(index);
    if (!here) return {index, Term{0}};
    if (*here <= term) return {index, *here};
  }
  return {};
}

std::vector<Entry> EntryLog::slice(Index first, Index last, std::size_t bytes_max) const {
  ENSURE(first > start_index_);
  ENSURE(last <= last_index());
  const auto begin = entries_.begin() + static_cast<std::ptrdiff_t>(offset(first));
  const auto limit = entries_.begin() + static_cast<std::ptrdiff_t>(offset(last) + 1);
  auto end = begin;
  for (std::size_t bytes = 0; end != limit; ++end) {
    bytes += cost_bytes(*end);
    if (bytes > bytes_max && end != begin) break;
  }
  return {begin, end};
}

void EntryLog::append(Entry entry) {
  ENSURE(entry.index == last_index().next());
  ENSURE(entry.term >= last_term());
  entries_.push_back(std::move(entry));
}

void EntryLog::cut_from(Index index) {
  ENSURE(index > start_index_);
  if (index > last_index()) return;
  entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(offset(index)), entries_.end());
}

void EntryLog::compact_to(Index index) {
  if (index <= start_index_) return;
  start_term_ = at(index).term;
  entries_.erase(entries_.begin(),
                 entries_.begin() + static_cast<std::ptrdiff_t>(offset(index) + 1));
  start_index_ = index;
}

void EntryLog::restart_after(Index index, Term term) {
  entries_.clear();
  start_index_ = index;
  start_term_ = term;
}

}  // namespace quorate::raft
