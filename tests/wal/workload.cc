#include "tests/wal/workload.h"

#include <algorithm>
#include <sstream>

namespace quorate::wal {

void ModelLog::append(const raft::Persist& batch) {
  if (batch.snapshot) {
    snapshot_ = *batch.snapshot;
    base_ = snapshot_.index;
    log_.clear();
  }
  for (const auto& entry : batch.entries) {
    log_.resize(entry.index.value() - base_.value() - 1);
    log_.push_back(entry);
  }
  if (batch.hard_state) hard_state_ = *batch.hard_state;
}

std::string ModelLog::difference(const Contents& contents) const {
  std::ostringstream out;
  const auto start = contents.start_index;
  if (contents.hard_state != hard_state_) out << "hard state; ";
  if (contents.snapshot != snapshot_) {
    const bool may_be_gone = snapshot_.index <= released_ && contents.snapshot.index == Index{};
    if (!may_be_gone) out << "snapshot " << contents.snapshot.index.value() << "; ";
  }
  if (start < base_) out << "begins before the snapshot; ";
  if (start > std::max(base_, released_)) out << "begins at " << start.value() << "; ";
  if (start > last_index()) return out.str() + "begins behind the end";
  const auto skipped = start.value() - std::min(base_, start).value();
  const Term term = skipped == 0 ? snapshot_.term : log_[skipped - 1].term;
  if (contents.start_term != term) out << "start term; ";
  const std::vector<raft::Entry> expected(log_.begin() + static_cast<std::ptrdiff_t>(skipped),
                                          log_.end());
  if (contents.entries != expected) {
    out << contents.entries.size() << " entries, not these " << expected.size() << "; ";
  }
  return out.str();
}

SharedBytes Workload::data() {
  const auto kind = rng_.below(20);
  const auto size = kind == 0 ? rng_.below(40'000) : kind < 4 ? rng_.below(3000) : rng_.below(200);
  std::string bytes(size, '\0');
  for (auto& byte : bytes) byte = static_cast<char>(rng_.next());
  return SharedBytes{bytes};
}

raft::HardState Workload::advanced(Index last) {
  auto state = model_.hard_state();
  if (rng_.chance(1, 5)) {
    state.term = state.term.next();
    state.vote = MemberId{rng_.below(4)};
  }
  const auto low = static_cast<std::int64_t>(state.commit.value());
  const auto high = static_cast<std::int64_t>(std::max(last, state.commit).value());
  state.commit = Index{static_cast<std::uint64_t>(rng_.between(low, high))};
  return state;
}

raft::Persist Workload::append(Index from) {
  raft::Persist batch;
  auto term = model_.hard_state().term;
  const bool rewrites = from <= model_.last_index();
  if (rewrites) term = term.next();
  const auto count = rng_.chance(1, 30) ? 50 : 1 + rng_.below(5);
  for (std::uint64_t i = 0; i < count; ++i) {
    batch.entries.push_back({.term = term,
                             .index = Index{from.value() + i},
                             .type = static_cast<raft::EntryType>(rng_.below(3)),
                             .data = data()});
  }
  if (rewrites || rng_.chance(1, 3)) {
    auto state = advanced(rewrites ? from.prev() : model_.last_index());
    state.term = std::max(state.term, term);
    batch.hard_state = state;
  }
  return batch;
}

raft::Persist Workload::snapshot() {
  raft::Persist batch;
  auto state = model_.hard_state();
  auto& snapshot = batch.snapshot.emplace();
  snapshot.index = Index{state.commit.value() + 1 + rng_.below(60)};
  snapshot.term = state.term;
  for (std::uint64_t i = 0; i < rng_.below(4); ++i) snapshot.conf.voters.emplace_back(i + 1);
  state.commit = snapshot.index;
  batch.hard_state = state;
  if (rng_.chance(1, 3)) {
    batch.entries = {{.term = state.term, .index = snapshot.index.next(), .data = data()}};
  }
  return batch;
}

Step Workload::next(std::optional<Index> durable) {
  Step step;
  const auto commit = model_.hard_state().commit;
  const auto last = model_.last_index();
  const auto kind = rng_.below(100);
  if (kind < 15) {
    const auto low = static_cast<std::int64_t>(model_.released().value());
    const auto high = static_cast<std::int64_t>(durable.value_or(commit).value());
    step.release = Index{static_cast<std::uint64_t>(rng_.between(low, std::max(low, high)))};
    model_.release(step.release);
    return step;
  }
  if (kind < 25) {
    step.batch.emplace().hard_state = advanced(last);
  } else if (kind < 32 && last > commit) {
    step.batch = append(Index{commit.value() + 1 + rng_.below(last.value() - commit.value())});
  } else if (kind < 34) {
    step.batch = snapshot();
  } else {
    step.batch = append(last.next());
  }
  model_.append(*step.batch);
  return step;
}

}  // namespace quorate::wal
