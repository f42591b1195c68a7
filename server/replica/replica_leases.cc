// The replica's part in leases: the leader ends them, everybody's keep-alives go to the leader.
#include <algorithm>
#include <utility>

#include "server/replica/errors.h"
#include "server/replica/replica.h"

namespace quorate::replica {
namespace {

// Timers looked at in one turn: some 3 ms of the state thread.
constexpr std::size_t kTimersPerTurn = 2000;

// Heartbeats without an entry applied, though there are some, after which the disk or the cluster
// stands still. Less than Timekeeper::kRetryAfter.
constexpr std::uint64_t kStandstillTicks = 10;

}  // namespace

// A leader's first entry comes after all of earlier terms. Only from then on are ends counted.
void Replica::lead_leases(const raft::Entry& entry) {
  auto& timekeeper = machine_.leases().timekeeper();
  const bool is_ours = node_.role() == raft::Role::leader && entry.term == node_.term();
  if (!is_ours || timekeeper.is_primary()) return;
  timekeeper.promote(clock_.now(), config_.election_timeout);
}

// Proposed in our own term and never forwarded: a leader that was replaced can revoke nothing.
void Replica::end_leases() {
  answer_renewals();
  auto& timekeeper = machine_.leases().timekeeper();
  if (!std::exchange(has_lease_work_, false) || !timekeeper.is_primary()) return;
  // What was asked for still waits, or is in the log: asking again would only make that longer.
  if (!proposals_.empty() && !may_propose()) return;
  if (node_.last_index() > applied_ && now_ticks_ - applied_tick_ > kStandstillTicks) return;
  const auto due = timekeeper.poll(clock_.now(), kTimersPerTurn);
  for (const LeaseId id : due.revokes) propose_revoke(id);
  if (!due.checkpoints.empty()) propose_checkpoints(due.checkpoints, {}, 0);
}

void Replica::propose_revoke(LeaseId id) {
  etcdserverpb::LeaseRevokeRequest request;
  request.set_id(id.value());
  const std::string wire = request.SerializeAsString();
  propose(access().root(), std::move(request), wire,
          [this, id](const Command&, Result<Applied> result) {
            if (result) {
              ++machine_.counters().leases_expired;
            } else {
              machine_.leases().timekeeper().revoke_failed(id);
            }
          });
}

void Replica::propose_checkpoints(const std::vector<lease::Checkpoint>& checkpoints, Renewed done,
                                  std::int64_t ttl) {
  etcdserverpb::LeaseCheckpointRequest request;
  for (const auto& each : checkpoints) {
    auto* checkpoint = request.add_checkpoints();
    checkpoint->set_id(each.id.value());
    checkpoint->set_remaining_ttl(each.remaining);
  }
  const std::string wire = request.SerializeAsString();
  propose(std::move(request), wire,
          [done = std::move(done), ttl](const Command&, Result<Applied> result) mutable {
            if (!done) return;
            if (!result) return done(result.error());
            done(ttl);
          });
}

void Replica::renew_lease(LeaseId id, Renewed done) {
  home_.check();
  if (is_stopped_) return done(stopped());
  auto& timekeeper = machine_.leases().timekeeper();
  if (!timekeeper.is_primary()) {
    renewals_.push_back({id, now_ticks_ + config_.request_timeout_ticks, std::move(done)});
    return;
  }
  const auto renewal = timekeeper.renew(id, clock_.now());
  switch (renewal.state) {
    case lease::Renewal::State::unknown:
      return done(std::int64_t{0});
    case lease::Renewal::State::ended:
      renewals_.push_back({id, now_ticks_ + config_.request_timeout_ticks, std::move(done)});
      return;
    case lease::Renewal::State::renewed:
      break;
  }
  ++machine_.counters().leases_renewed;
  if (!renewal.must_clear_checkpoint) return done(renewal.ttl);
  // A leader that came next would count by the checkpoint.
  propose_checkpoints({{id, 0}}, std::move(done), renewal.ttl);
}

// Those that wait for a leader, or for a lease that has ended to be gone.
void Replica::answer_renewals() {
  if (renewals_.empty() || !has_lease_work_) return;
  for (auto& each : std::exchange(renewals_, {})) {
    if (each.deadline_tick <= now_ticks_) {
      each.done(timed_out());
    } else {
      // Waits again if nothing has changed; its deadline stays.
      const auto deadline = each.deadline_tick;
      const std::size_t before = renewals_.size();
      renew_lease(each.id, std::move(each.done));
      if (renewals_.size() > before) renewals_.back().deadline_tick = deadline;
    }
  }
}

Result<std::optional<std::int64_t>> Replica::lease_remaining(LeaseId id) const {
  const auto& timekeeper = machine_.leases().timekeeper();
  if (!timekeeper.is_primary()) return no_leader();
  return timekeeper.remaining(id, clock_.now());
}

LeaseId Replica::unused_lease_id() {
  return machine_.leases().book().unused_id(rng_);
}

}  // namespace quorate::replica
