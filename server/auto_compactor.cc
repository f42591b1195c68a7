#include "server/auto_compactor.h"

#include <utility>

namespace quorate {
namespace {

using replica::AutoCompaction;

std::unique_ptr<AutoCompaction> make_policy(const config::CompactionConfig& config,
                                            const Clock& clock) {
  switch (config.mode) {
    case config::CompactionMode::off:
      return nullptr;
    case config::CompactionMode::periodic:
      return std::make_unique<replica::PeriodicCompaction>(config.period, clock);
    case config::CompactionMode::revision:
      return std::make_unique<replica::RevisionCompaction>(config.revisions, clock);
  }
  return nullptr;
}

}  // namespace

AutoCompactor::AutoCompactor(const config::CompactionConfig& config, replica::Replica& replica,
                             const Clock& clock, Log log)
    : replica_{replica},
      log_{std::move(log)},
      mode_{config.mode_name},
      policy_{make_policy(config, clock)} {}

void AutoCompactor::tick() {
  if (policy_ == nullptr || is_running_) return;
  const bool leads = replica_.raft_status().role == raft::Role::leader;
  const auto at = policy_->poll(replica_.table().revision(), leads ? AutoCompaction::Duty::compact
                                                                   : AutoCompaction::Duty::watch);
  if (at) compact(*at);
}

void AutoCompactor::compact(Revision at) {
  is_running_ = true;
  log_.info("starting auto " + mode_ + " compaction", {{"revision", at.value()}});
  etcdserverpb::CompactionRequest request;
  request.set_revision(at.value());
  const std::string wire = request.SerializeAsString();
  replica_.propose(std::move(request), wire,
                   [this, at](const replica::Command&, const Result<replica::Applied>& result) {
                     done(at, result);
                   });
}

void AutoCompactor::done(Revision at, const Result<replica::Applied>& result) {
  is_running_ = false;
  // Somebody else may have compacted further.
  if (result || replica_.table().compacted() >= at) {
    log_.info("completed auto " + mode_ + " compaction", {{"revision", at.value()}});
    return policy_->succeeded(at);
  }
  log_.warn("failed auto " + mode_ + " compaction",
            {{"revision", at.value()}, {"error", result.error().message}});
}

}  // namespace quorate
