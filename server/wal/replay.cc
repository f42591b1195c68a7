#include "server/wal/replay.h"

#include <iterator>

namespace quorate::wal {
namespace {

Error refusal(const std::string& what) {
  return {Code::data_loss, what};
}

}  // namespace

Status Replay::apply(std::vector<Record> records) {
  for (auto& record : records) {
    auto applied = std::visit([this](auto& r) { return apply(r); }, record);
    if (!applied) return applied;
  }
  return {};
}

LogEnd Replay::end() const {
  LogEnd end{.hard_state = contents_.hard_state,
             .last_index = contents_.start_index,
             .last_term = contents_.start_term};
  if (!contents_.entries.empty()) {
    end.last_index = contents_.entries.back().index;
    end.last_term = contents_.entries.back().term;
  }
  return end;
}

// The first head says what was before the log; the others repeat what the log itself said.
Status Replay::apply(const Head& head) {
  if (is_begun_) {
    if (head.identity != contents_.identity) return refusal("it belongs to another member");
    if (head.end != end()) return refusal("its head contradicts the segments before");
    return {};
  }
  is_begun_ = true;
  contents_.identity = head.identity;
  contents_.hard_state = head.end.hard_state;
  contents_.start_index = head.end.last_index;
  contents_.start_term = head.end.last_term;
  return {};
}

// Entries may rewrite some of a segment that was dropped later on. Such a segment was released to
// its end, so the log is not asked for the first of them: it can stand for what was before.
Status Replay::apply(EntryRun& run) {
  const auto first = run.front().index;
  auto& entries = contents_.entries;
  auto from = run.begin();
  if (first <= contents_.start_index && !starts_at_snapshot_) {
    contents_.start_index = first;
    contents_.start_term = run.front().term;
    entries.clear();
    ++from;
  } else if (first <= contents_.start_index || first > end().last_index.next()) {
    return refusal("entry " + std::to_string(first.value()) + " does not follow entry " +
                   std::to_string(end().last_index.value()));
  } else {
    entries.resize(static_cast<std::size_t>(first.value() - contents_.start_index.value() - 1));
  }
  std::move(from, run.end(), std::back_inserter(entries));
  return {};
}

Status Replay::apply(const raft::HardState& state) {
  contents_.hard_state = state;
  return {};
}

Status Replay::apply(raft::SnapshotMeta& snapshot) {
  starts_at_snapshot_ = true;
  contents_.start_index = snapshot.index;
  contents_.start_term = snapshot.term;
  contents_.entries.clear();
  contents_.snapshot = std::move(snapshot);
  return {};
}

}  // namespace quorate::wal
