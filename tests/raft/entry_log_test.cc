#include "server/raft/entry_log.h"

#include <limits>

#include <doctest/doctest.h>

using namespace quorate;
using namespace quorate::raft;

namespace {

// A log whose entries have these terms, after `start`.
std::vector<Entry> entries(Index start, std::initializer_list<std::uint64_t> terms) {
  std::vector<Entry> all;
  for (const std::uint64_t term : terms) {
    start = start.next();
    all.push_back({.term = Term{term}, .index = start, .data = SharedBytes{"abc"}});
  }
  return all;
}

EntryLog log_of(std::initializer_list<std::uint64_t> terms) {
  return EntryLog{Index{}, Term{}, entries(Index{}, terms)};
}

constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();

}  // namespace

TEST_CASE("an empty log matches at its very beginning") {
  const EntryLog log;
  CHECK(log.last_index() == Index{0});
  CHECK(log.last_term() == Term{0});
  CHECK(log.matches(Index{0}, Term{0}));
  CHECK_FALSE(log.matches(Index{1}, Term{0}));
  CHECK_FALSE(log.term_of(Index{1}).has_value());
}

TEST_CASE("the later term makes the more complete log, then the greater length (Raft §5.4.1)") {
  const EntryLog log = log_of({1, 1, 3});
  CHECK(log.is_up_to_date(Index{1}, Term{4}));
  CHECK(log.is_up_to_date(Index{3}, Term{3}));
  CHECK(log.is_up_to_date(Index{4}, Term{3}));
  CHECK_FALSE(log.is_up_to_date(Index{2}, Term{3}));
  CHECK_FALSE(log.is_up_to_date(Index{9}, Term{2}));
}

TEST_CASE("known entries are counted from the front up to the first difference") {
  const EntryLog log = log_of({1, 1, 2});
  CHECK(log.count_known(entries(Index{0}, {1, 1, 2})) == 3);
  CHECK(log.count_known(entries(Index{1}, {1, 2, 2})) == 2);
  CHECK(log.count_known(entries(Index{1}, {1, 3})) == 1);
  CHECK(log.count_known(entries(Index{3}, {2})) == 0);
}

TEST_CASE("a slice stops at its limit of bytes but has at least one entry") {
  const EntryLog log = log_of({1, 1, 1, 1});
  const std::size_t one = cost_bytes(log.at(Index{1}));
  CHECK(log.slice(Index{1}, Index{4}, kNoLimit).size() == 4);
  CHECK(log.slice(Index{1}, Index{4}, 2 * one).size() == 2);
  CHECK(log.slice(Index{1}, Index{4}, 2 * one - 1).size() == 1);
  CHECK(log.slice(Index{3}, Index{4}, 0).front().index == Index{3});
}

TEST_CASE("entries of a slice share their bytes with the log") {
  const EntryLog log = log_of({1});
  const std::vector<Entry> slice = log.slice(Index{1}, Index{1}, kNoLimit);
  CHECK(slice.front().data.view().data() == log.at(Index{1}).data.view().data());
}

TEST_CASE("cutting drops an entry and what follows") {
  EntryLog log = log_of({1, 1, 2, 2});
  log.cut_from(Index{3});
  CHECK(log.last_index() == Index{2});
  CHECK(log.last_term() == Term{1});
  log.cut_from(Index{3});  // there is nothing
  CHECK(log.last_index() == Index{2});
}

TEST_CASE("compaction keeps the term of the last entry it takes (Raft §7)") {
  EntryLog log = log_of({1, 1, 2, 3});
  log.compact_to(Index{3});
  CHECK(log.start_index() == Index{3});
  CHECK(log.first_index() == Index{4});
  CHECK(log.term_of(Index{3}) == Term{2});
  CHECK_FALSE(log.term_of(Index{2}).has_value());
  CHECK(log.at(Index{4}).term == Term{3});
  log.compact_to(Index{2});  // older: no effect
  CHECK(log.start_index() == Index{3});
  log.compact_to(Index{4});  // all of it
  CHECK(log.last_index() == Index{4});
  CHECK(log.last_term() == Term{3});
}

TEST_CASE("a log restarts after a snapshot") {
  EntryLog log = log_of({1, 1});
  log.restart_after(Index{9}, Term{4});
  CHECK(log.last_index() == Index{9});
  CHECK(log.last_term() == Term{4});
  log.append({.term = Term{5}, .index = Index{10}});
  CHECK(log.last_index() == Index{10});
}

TEST_CASE("where logs could agree: no later than the given place, no newer than its term") {
  const EntryLog log = log_of({1, 3, 3, 3, 5, 5});
  const auto place = [&](std::uint64_t index, std::uint64_t term) {
    const EntryLog::Place found = log.last_possible_match(Index{index}, Term{term});
    return std::pair{found.index.value(), found.term.value()};
  };
  CHECK(place(6, 5) == std::pair{std::uint64_t{6}, std::uint64_t{5}});
  CHECK(place(6, 4) == std::pair{std::uint64_t{4}, std::uint64_t{3}});
  CHECK(place(6, 2) == std::pair{std::uint64_t{1}, std::uint64_t{1}});
  CHECK(place(6, 0) == std::pair{std::uint64_t{0}, std::uint64_t{0}});
  // Not held here: it could agree, nothing says otherwise.
  CHECK(place(9, 1) == std::pair{std::uint64_t{9}, std::uint64_t{0}});
}

TEST_CASE("below what was compacted a match cannot be ruled out") {
  EntryLog log = log_of({1, 3, 3, 3});
  log.compact_to(Index{3});
  const EntryLog::Place found = log.last_possible_match(Index{4}, Term{2});
  CHECK(found.index == Index{2});
  CHECK(found.term == Term{0});
}
