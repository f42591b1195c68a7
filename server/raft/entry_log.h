// The entries held in memory: all that are not yet compacted, durable or not.
//
//   (compacted)  start | first ....................... last
//                  ^ only its index and term are known
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "server/raft/types.h"

namespace quorate::raft {

// What an entry costs on the wire or in memory: its data and an allowance for the rest.
inline constexpr std::size_t kEntryOverheadBytes = 32;
[[nodiscard]] std::size_t cost_bytes(const Entry& entry);

class EntryLog {
 public:
  EntryLog() = default;
  // Requires: entries follow start without gaps, terms never fall.
  EntryLog(Index start_index, Term start_term, std::vector<Entry> entries);

  [[nodiscard]] Index start_index() const { return start_index_; }
  [[nodiscard]] Index first_index() const { return start_index_.next(); }
  [[nodiscard]] Index last_index() const { return Index{start_index_.value() + entries_.size()}; }
  [[nodiscard]] Term last_term() const;
  // Known from start to last.
  [[nodiscard]] std::optional<Term> term_of(Index index) const;
  [[nodiscard]] bool matches(Index index, Term term) const;
  // Requires: first <= index <= last.
  [[nodiscard]] const Entry& at(Index index) const;

  // True when a log that ends with these is at least as complete as this one (Raft §5.4.1).
  [[nodiscard]] bool is_up_to_date(Index last_index, Term last_term) const;
  // How many of these entries, from the front, are here already. Requires: they are consecutive.
  [[nodiscard]] std::size_t count_known(std::span<const Entry> entries) const;

  // Where another log could agree with this one, when all that is known of it is an entry of this
  // term at this index: the last place at or before it whose term is not newer. The term is 0 when
  // not known here.
  struct Place {
    Index index;
    Term term;
  };
  [[nodiscard]] Place last_possible_match(Index index, Term term) const;

  // Consecutive entries from `first` to `last`, as many as fit but at least one.
  // Requires: first_index() <= first <= last <= last_index().
  [[nodiscard]] std::vector<Entry> slice(Index first, Index last, std::size_t bytes_max) const;

  // Requires: entry.index follows last_index().
  void append(Entry entry);
  // Drops this entry and all after it. Requires: first_index() <= index.
  void cut_from(Index index);
  // Drops this entry and all before it. Requires: index <= last_index(). Older ones: no effect.
  void compact_to(Index index);
  // Forgets all entries: the log goes on after this point.
  void restart_after(Index index, Term term);

 private:
  [[nodiscard]] std::size_t offset(Index index) const {
    return index.value() - start_index_.value() - 1;
  }

  Index start_index_;
  Term start_term_;
  std::deque<Entry> entries_;
};

}  // namespace quorate::raft
