#include "server/replica/replica.h"

#include <ostream>
#include <utility>

#include "common/ensure.h"
#include "common/stop_process.h"
#include "server/replica/change_id.h"
#include "server/replica/errors.h"

namespace quorate::replica {
namespace {

watch::Config watch_config(const Config& config) {
  watch::Config out;
  out.cluster = config.cluster;
  out.member = config.id;
  out.fragment_bytes = config.request_bytes_max + (std::size_t{512} << 10);
  out.progress_interval = config.watch_progress_interval;
  return out;
}

RequestId request_id(const raft::Proposal& proposal) {
  const auto data = proposal.data.view();
  return proposal.type == raft::EntryType::normal ? command_id(data) : change_id(data);
}

}  // namespace

Replica::Replica(Config config, Ports ports, Restored restored, Rng rng, const Clock& clock,
                 Log log)
    : config_{std::move(config)},
      ports_{ports},
      clock_{clock},
      log_{std::move(log)},
      machine_{Machine::Options{.cache_bytes_max = config_.cache_bytes_max,
                                .lease_ttl_min = config_.lease_ttl_min,
                                .lease_checkpoint_interval = config_.lease_checkpoint_interval,
                                .learners_max = config_.learners_max,
                                .compacted = [this](Revision at) { compaction_.start(at); },
                                .hash_password = std::move(ports_.hash_password)},
               restored, ports_.tokens, clock_, log_},
      rng_{rng},
      node_{config_.raft, rng, restored.raft},
      ids_{config_.id, clock_.wall()},
      reads_{config_.read_retry_ticks, config_.request_timeout_ticks},
      rows_{table().cache(), ports_.table},
      watch_history_{read_context(), rows_, [this] { return node_.term(); }},
      watches_{watch_config(config_), watch_history_, clock_, rng_.fork(), table().revision()},
      compaction_{table(), pins_, ports_.tasks,
                  [this](std::vector<RowNumber> dropped) {
                    machine_.counters().rows_compacted += dropped.size();
                    auto& all = machine_.batch().dropped;
                    all.insert(all.end(), dropped.begin(), dropped.end());
                  },
                  [this](Revision at) { compacted(at); }},
      applied_{restored.raft.applied} {
  machine_.batch().applied = applied_;
}

// ---- The owner's side

void Replica::start(std::function<void()> ready) {
  home_.check();
  ready_ = std::move(ready);
  step(raft::Tick{});  // what the log holds as committed is applied now, not with the next tick
}

// Who is the only voter need not wait for an election timeout. Before everything known as committed
// is applied a conf change may be among it, and nobody may stand.
void Replica::campaign_alone() {
  if (!ready_ || node_.leader() != MemberId{} || node_.role() != raft::Role::follower) return;
  const auto& conf = node_.conf_state();
  const bool is_alone = conf.voters.size() == 1 && conf.voters[0] == config_.id;
  if (is_alone && applied_ >= node_.commit_index()) step(raft::Campaign{});
}

void Replica::tick() {
  home_.check();
  ++now_ticks_;
  step(raft::Tick{});
  pending_.expire(now_ticks_, timed_out());
  pending_changes_.expire(now_ticks_, timed_out());
  reads_.tick(timed_out());
  has_lease_work_ = true;
}

void Replica::receive(raft::Message message) {
  home_.check();
  step(raft::Received{std::move(message)});
}

void Replica::flush() {
  home_.check();
  if (is_stopped_) return;
  campaign_alone();
  end_leases();
  answer_transfers();
  propose_batch();
  ask_read_index();
  publish();
  tell_watchers();
  write_batch();
  // Whoever was answered above may have asked for more: that gets a turn of its own, now.
  if (!proposals_.empty() && may_propose()) later([] {});
}

void Replica::stop() {
  home_.check();
  is_stopped_ = true;
  if (in_progress_ && in_progress_->pending.done) {
    std::exchange(in_progress_->pending.done, nullptr)(in_progress_->pending.command, stopped());
  }
  pending_.fail_all(stopped());
  pending_changes_.fail_all(stopped());
  for (auto& each : std::exchange(renewals_, {})) each.done(stopped());
  for (auto& each : std::exchange(transfers_, {})) each.done(stopped());
  reads_.stop(stopped());
}

// ---- Requests

void Replica::propose(auth::Identity who, Request request, std::string_view wire,
                      CommandDone done) {
  home_.check();
  CommandHeader header{ids_.next(), std::move(who)};
  Status admitted = is_stopped_ ? Status{stopped()} : admit_stranger(header.who, request);
  if (admitted && !has_space_for(request)) {
    return refuse_for_space(std::move(request), std::move(done));
  }
  if (admitted) admitted = has_room_for(encoded_size(header, request, wire.size()));
  if (admitted && is_held_back(request)) admitted = no_space();
  if (!admitted) return done(Command{std::move(header), std::move(request), {}}, admitted.error());
  Command command = make_command(std::move(header), std::move(request), wire);
  proposals_.push_back({raft::EntryType::normal, command.data});
  proposed_bytes_ += proposals_.back().data.size();
  pending_.add(std::move(command), std::move(done), now_ticks_ + config_.request_timeout_ticks);
}

// Would be refused when it is applied; strangers shall not fill the log until then.
Status Replica::admit_stranger(const auth::Identity& who, const Request& request) const {
  return who.is_nobody() ? access().permits(who, request) : Status{};
}

Status Replica::has_room_for(std::size_t entry_bytes) const {
  if (entry_bytes > config_.request_bytes_max) return too_large();
  const auto backlog = node_.commit_index().value() - applied_.value();
  const auto unwritten = proposed_bytes_ + machine_.table().unflushed_bytes();
  if (backlog > config_.apply_backlog_max || unwritten > config_.unflushed_bytes_max) {
    return too_many_requests();
  }
  return {};
}

void Replica::confirm_read(ReadWaiter waiter) {
  home_.check();
  if (is_stopped_) return waiter(stopped());
  reads_.add(std::move(waiter));
}

ReadContext Replica::read_context() {
  return {table(), pins_, ports_.table, ports_.tasks, gate_, size_.used_bytes};
}

std::shared_ptr<RangeRead> Replica::make_range_read(RangeQuery query, RangeTaker& taker) {
  home_.check();
  const ReadContext context = read_context();
  return std::make_shared<RangeRead>(context, std::move(query), taker);
}

std::shared_ptr<HistoryRead> Replica::make_history_read(RowNumber after, HistoryTaker& taker) {
  home_.check();
  const ReadContext context = read_context();
  return std::make_shared<HistoryRead>(context, after, taker);
}

void Replica::fetch_rows(const std::vector<RowNumber>& rows, Rows::Done done) {
  home_.check();
  rows_.fetch(rows,
              [pin = pins_.take(), done = std::move(done)](
                  Result<std::vector<mvcc::RowPtr>> fetched) mutable { done(std::move(fetched)); });
}

void Replica::read_txn(const mvcc::TxnOp& op, TxnRead done) {
  home_.check();
  const auto needed = table().needed_rows(op);
  if (!needed.empty()) {
    // Meanwhile the state moves on, and other rows may be needed: look again then.
    fetch_rows(needed,
               [this, &op, done = std::move(done)](Result<std::vector<mvcc::RowPtr>> rows) mutable {
                 if (!rows) return done(rows.error());
                 table().hold_rows(std::move(*rows));
                 read_txn(op, std::move(done));
                 table().release_held_rows();
               });
    return;
  }
  std::vector<const mvcc::Row*> written;
  auto outcome = table().txn(op, written);
  ENSURE(written.empty());
  done(std::move(outcome));
}

void Replica::when_compacted(Callback<void()> done) {
  home_.check();
  compaction_waiters_.push_back(std::move(done));
}

RaftStatus Replica::raft_status() const {
  return {node_.leader(), node_.hard_state().vote, node_.term(), node_.commit_index(), applied_,
          node_.role()};
}

// ---- Consensus

// Without a leader proposals wait for one; their callers time out on their own. While the table's
// file is far behind they wait too, so that clients which wait for their answers are slowed down
// rather than refused.
bool Replica::may_propose() const {
  const auto enough = config_.unflushed_bytes_max / 4 * 3;
  return node_.leader() != MemberId{} && machine_.table().unflushed_bytes() <= enough;
}

void Replica::propose_batch() {
  if (proposals_.empty() || !may_propose()) return;
  std::vector<raft::Proposal> batch;
  batch.swap(proposals_);
  proposed_bytes_ = 0;
  std::vector<RequestId> ids;
  if (node_.role() != raft::Role::leader || node_.transferring_to() != MemberId{}) {
    for (const auto& proposal : batch) ids.push_back(request_id(proposal));
  }
  raft::Actions actions = node_.propose(std::move(batch));
  const bool is_dropped = actions.proposals_dropped;
  carry_out(std::move(actions));
  if (!is_dropped) return;
  for (const RequestId id : ids) {
    ++machine_.counters().proposals_failed;
    if (auto entry = pending_.take(id)) entry->done(entry->command, proposal_dropped());
    answer_change(id, proposal_dropped());
  }
}

void Replica::ask_read_index() {
  if (reads_.is_idle() || node_.leader() == MemberId{}) return;
  if (auto question = reads_.next_question(ids_.next()))
    step(raft::ReadAsked{std::move(*question)});
}

void Replica::carry_out(raft::Actions actions) {
  if (actions.persist) {
    const raft::PersistId id = actions.persist->id;
    ports_.log.append(std::move(*actions.persist), [this, id] { step(raft::Persisted{id}); });
  }
  if (!actions.send.empty()) ports_.peers.send(std::move(actions.send));
  if (actions.soft_state) leader_changed(*actions.soft_state);
  for (const auto& ready : actions.reads) reads_.confirmed(ready.context, ready.index);
  for (auto& entry : actions.apply) to_apply_.push_back(std::move(entry));
  apply_committed();
}

void Replica::leader_changed(const raft::SoftState& state) {
  log_.info("raft.node: leader changed",
            {{"leader", state.leader.value()}, {"term", node_.term().value()}});
  if (state.role != raft::Role::leader) machine_.leases().timekeeper().demote();
  if (state.leader == MemberId{}) return;
  ++machine_.counters().leader_changes;
  reads_.fail_all(leader_changed_error());
}

// ---- Applying

void Replica::apply_committed() {
  if (is_applying_) return;  // the loop below takes what was added meanwhile
  is_applying_ = true;
  const Index before = applied_;
  while (!to_apply_.empty() && !is_stalled_) {
    const raft::Entry& entry = to_apply_.front();
    ENSURE(entry.index == applied_.next());
    if (!apply(entry)) break;
    applied_ = entry.index;
    machine_.batch().applied = entry.index;
    machine_.batch().term = entry.term;
    to_apply_.pop_front();
  }
  is_applying_ = false;
  if (applied_ != before) {
    applied_tick_ = now_ticks_;
    step(raft::Applied{applied_});
  }
  reads_.applied(applied_);
}

bool Replica::apply(const raft::Entry& entry) {
  if (entry.type != raft::EntryType::normal) {
    apply_conf_change(entry);
    return true;
  }
  if (entry.data.empty()) {  // a leader's first entry
    lead_leases(entry);
    return true;
  }
  return apply_command(entry);
}

bool Replica::apply_command(const raft::Entry& entry) {
  if (!in_progress_) begin_command(entry);
  if (fetch_needed_rows()) return false;
  const std::size_t rows_before = machine_.batch().rows.size();
  Result<Applied> result = machine_.apply(in_progress_->work);
  table().release_held_rows();
  show_rows(rows_before);
  PendingCommands::Entry done = std::move(in_progress_->pending);
  in_progress_.reset();
  if (std::holds_alternative<etcdserverpb::LeaseRevokeRequest>(done.command.request)) {
    has_lease_work_ = true;
  }
  if (done.done) done.done(done.command, std::move(result));
  return true;
}

void Replica::begin_command(const raft::Entry& entry) {
  if (auto pending = pending_.take(command_id(entry.data.view()))) {
    in_progress_.emplace(std::move(*pending), entry.index);
    return;
  }
  auto decoded = decode_command(entry.data);
  if (!decoded) {
    stop_process("log entry " + std::to_string(entry.index.value()) +
                 " cannot be applied: " + decoded.error().message);
  }
  in_progress_.emplace(PendingCommands::Entry{std::move(*decoded), {}}, entry.index);
}

// True when the command must wait for rows that are only in the file; then nothing is applied until
// they are there.
bool Replica::fetch_needed_rows() {
  const auto needed = machine_.needed_rows(in_progress_->work);
  if (needed.empty()) return false;
  is_stalled_ = true;
  fetch_rows(needed, [this](Result<std::vector<mvcc::RowPtr>> rows) {
    if (!rows) stop_process("the table's file cannot be read: " + rows.error().message);
    table().hold_rows(std::move(*rows));
    is_stalled_ = false;
    apply_committed();
  });
  return true;
}

}  // namespace quorate::replica
