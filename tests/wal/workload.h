// What a member does to its log, by chance, and what the log must then say.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/rng.h"
#include "server/wal/contents.h"
#include "server/wal/wal.h"

namespace quorate::wal {

// What all the batches so far add up to; worked out without any of the log's code.
class ModelLog {
 public:
  void append(const raft::Persist& batch);
  void release(Index index) { released_ = std::max(released_, index); }

  [[nodiscard]] const raft::HardState& hard_state() const { return hard_state_; }
  [[nodiscard]] Index last_index() const { return Index{base_.value() + log_.size()}; }
  [[nodiscard]] Index released() const { return released_; }

  // Empty if `contents` is this log (of which it may leave out what was released), else what is
  // different.
  [[nodiscard]] std::string difference(const Contents& contents) const;

 private:
  raft::HardState hard_state_;
  raft::SnapshotMeta snapshot_;
  Index released_;
  Index base_;  // before the first one of log_: nothing, or the newest snapshot
  std::vector<raft::Entry> log_;
};

// One thing a member does: appends a batch or releases.
struct Step {
  std::optional<raft::Persist> batch;
  Index release;
};

// Draws steps that are legal after those before: appends, rewritten tails, votes, snapshots,
// batches larger than a segment, releases.
class Workload {
 public:
  explicit Workload(Rng rng) : rng_{rng} {}

  // Releases nothing behind `durable`, or if that is not given the commit index.
  Step next(std::optional<Index> durable = {});
  [[nodiscard]] const ModelLog& model() const { return model_; }
  void release(Index index) { model_.release(index); }
  void reseed(Rng rng) { rng_ = rng; }

 private:
  raft::Persist append(Index from);
  raft::Persist snapshot();
  [[nodiscard]] raft::HardState advanced(Index last);
  SharedBytes data();

  Rng rng_;
  ModelLog model_;
};

}  // namespace quorate::wal
