#include "server/replica/replica.h"

#include <algorithm>
#include <ostream>
#include <utility>

#include "common/ensure.h"
#include "common/stop_process.h"
#include "server/replica/conf_state_json.h"
#include "server/replica/translate.h"

namespace quorate::replica {
using etcdserverpb::CompactionRequest;
using etcdserverpb::DeleteRangeRequest;
using etcdserverpb::TxnRequest;

namespace {

Error timed_out() {
  return {Code::unavailable, "etcdserver: request timed out"};
}
Error stopped() {
  return {Code::unavailable, "etcdserver: server stopped"};
}
Error leader_changed_error() {
  return {Code::unavailable, "etcdserver: leader changed"};
}
// Declared as RESOURCE_EXHAUSTED, sent as UNKNOWN: so etcd's clients know it.
Error too_many_requests() {
  return {Code::unknown, "etcdserver: too many requests"};
}
Error too_large() {
  return {Code::invalid_argument, "etcdserver: request is too large"};
}
Error proposal_dropped() {
  return {Code::unknown, "raft proposal dropped"};
}

}  // namespace

Replica::Replica(Config config, Ports ports, mvcc::LeaseBook& leases, Restored restored, Rng rng,
                 Clock::Wall started, Log log)
    : config_{std::move(config)},
      ports_{ports},
      log_{std::move(log)},
      table_{config_.cache_bytes_max, leases},
      members_{std::move(restored.members)},
      cluster_version_{std::move(restored.cluster_version)},
      node_{config_.raft, rng, restored.raft},
      ids_{config_.id, started},
      reads_{config_.read_retry_ticks, config_.request_timeout_ticks},
      rows_{table_.cache(), ports_.table},
      compaction_{table_, pins_, ports_.tasks,
                  [this](std::vector<RowNumber> dropped) {
                    counters_.rows_compacted += dropped.size();
                    batch_.dropped.insert(batch_.dropped.end(), dropped.begin(), dropped.end());
                  },
                  [this](Revision at) { compacted(at); }},
      applied_{restored.raft.applied} {
  batch_.applied = applied_;
}

// ---- The owner's side

void Replica::start(std::function<void()> ready) {
  home_.check();
  ready_ = std::move(ready);
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
  reads_.tick(timed_out());
}

void Replica::receive(raft::Message message) {
  home_.check();
  step(raft::Received{std::move(message)});
}

void Replica::flush() {
  home_.check();
  if (is_stopped_) return;
  campaign_alone();
  propose_batch();
  ask_read_index();
  publish();
  write_batch();
}

void Replica::stop() {
  home_.check();
  is_stopped_ = true;
  if (in_progress_ && in_progress_->pending.done) {
    std::exchange(in_progress_->pending.done, nullptr)(in_progress_->pending.command, stopped());
  }
  pending_.fail_all(stopped());
  reads_.stop(stopped());
}

// ---- Requests

void Replica::propose(Request request, std::string_view wire, CommandDone done) {
  home_.check();
  CommandHeader header{ids_.next(), {}, 0};
  const auto backlog = node_.commit_index().value() - applied_.value();
  Error refusal;
  if (is_stopped_) {
    refusal = stopped();
  } else if (encoded_size(header, request, wire.size()) > config_.request_bytes_max) {
    refusal = too_large();
  } else if (backlog > config_.apply_backlog_max ||
             proposed_bytes_ + table_.cache().unflushed_bytes() > config_.unflushed_bytes_max) {
    refusal = too_many_requests();
  }
  if (!refusal.message.empty()) {
    return done(Command{std::move(header), std::move(request), {}}, refusal);
  }
  Command command = make_command(std::move(header), std::move(request), wire);
  proposals_.push_back({raft::EntryType::normal, command.data});
  proposed_bytes_ += proposals_.back().data.size();
  pending_.add(std::move(command), std::move(done), now_ticks_ + config_.request_timeout_ticks);
}

void Replica::confirm_read(ReadWaiter waiter) {
  home_.check();
  if (is_stopped_) return waiter(stopped());
  reads_.add(std::move(waiter));
}

std::shared_ptr<RangeRead> Replica::make_range_read(RangeQuery query, RangeTaker& taker) {
  home_.check();
  const ReadContext context{table_, pins_, ports_.table, ports_.tasks};
  return std::make_shared<RangeRead>(context, std::move(query), taker);
}

void Replica::fetch_rows(const std::vector<RowNumber>& rows, Rows::Done done) {
  home_.check();
  rows_.fetch(rows,
              [pin = pins_.take(), done = std::move(done)](
                  Result<std::vector<mvcc::RowPtr>> fetched) mutable { done(std::move(fetched)); });
}

void Replica::read_txn(const mvcc::TxnOp& op, TxnRead done) {
  home_.check();
  const auto needed = table_.needed_rows(op);
  if (!needed.empty()) {
    // Meanwhile the state moves on, and other rows may be needed: look again then.
    fetch_rows(needed,
               [this, &op, done = std::move(done)](Result<std::vector<mvcc::RowPtr>> rows) mutable {
                 if (!rows) return done(rows.error());
                 table_.hold_rows(std::move(*rows));
                 read_txn(op, std::move(done));
                 table_.release_held_rows();
               });
    return;
  }
  std::vector<const mvcc::Row*> written;
  auto outcome = table_.txn(op, written);
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

void Replica::propose_batch() {
  // Without a leader proposals wait for one; their callers time out on their own.
  if (proposals_.empty() || node_.leader() == MemberId{}) return;
  std::vector<raft::Proposal> batch;
  batch.swap(proposals_);
  proposed_bytes_ = 0;
  std::vector<RequestId> ids;
  if (node_.role() != raft::Role::leader || node_.transferring_to() != MemberId{}) {
    for (const auto& proposal : batch) ids.push_back(command_id(proposal.data.view()));
  }
  raft::Actions actions = node_.propose(std::move(batch));
  const bool is_dropped = actions.proposals_dropped;
  carry_out(std::move(actions));
  if (!is_dropped) return;
  for (const RequestId id : ids) {
    ++counters_.proposals_failed;
    if (auto entry = pending_.take(id)) entry->done(entry->command, proposal_dropped());
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
  if (state.leader == MemberId{}) return;
  ++counters_.leader_changes;
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
    batch_.applied = entry.index;
    batch_.term = entry.term;
    to_apply_.pop_front();
  }
  is_applying_ = false;
  if (applied_ != before) step(raft::Applied{applied_});
  reads_.applied(applied_);
}

bool Replica::apply(const raft::Entry& entry) {
  if (entry.type != raft::EntryType::normal) {
    apply_conf_change(entry);
    return true;
  }
  if (entry.data.empty()) return true;  // a leader's first entry
  return apply_command(entry);
}

bool Replica::apply_command(const raft::Entry& entry) {
  if (!in_progress_) in_progress_.emplace(begin_command(entry));
  CommandInProgress& now = *in_progress_;
  if (fetch_needed_rows(now)) return false;
  Result<Applied> result = std::visit([&](const auto& request) { return run(now, request); },
                                      now.pending.command.request);
  table_.release_held_rows();
  CommandInProgress done = std::move(*in_progress_);
  in_progress_.reset();
  if (done.pending.done) done.pending.done(done.pending.command, std::move(result));
  return true;
}

Replica::CommandInProgress Replica::begin_command(const raft::Entry& entry) {
  CommandInProgress begun;
  if (auto pending = pending_.take(command_id(entry.data.view()))) {
    begun.pending = std::move(*pending);
  } else {
    auto decoded = decode_command(entry.data);
    if (!decoded) {
      stop_process("log entry " + std::to_string(entry.index.value()) +
                   " cannot be applied: " + decoded.error().message);
    }
    begun.pending.command = std::move(*decoded);
  }
  if (const auto* txn = std::get_if<TxnRequest>(&begun.pending.command.request)) {
    begun.txn.emplace(to_op(*txn));
  }
  return begun;
}

// True when the command must wait for rows that are only in the file; then nothing is applied until
// they are there.
bool Replica::fetch_needed_rows(const CommandInProgress& command) {
  std::vector<RowNumber> needed;
  if (command.txn) {
    needed = table_.needed_rows(*command.txn);
  } else if (const auto* put = std::get_if<PutView>(&command.pending.command.request)) {
    needed = table_.needed_rows(to_op(*put));
  }
  if (needed.empty()) return false;
  is_stalled_ = true;
  fetch_rows(needed, [this](Result<std::vector<mvcc::RowPtr>> rows) {
    if (!rows) stop_process("the table's file cannot be read: " + rows.error().message);
    table_.hold_rows(std::move(*rows));
    is_stalled_ = false;
    apply_committed();
  });
  return true;
}

Result<Applied> Replica::run(CommandInProgress& /*command*/, const PutView& request) {
  auto outcome = table_.put(to_op(request), batch_.rows);
  if (!outcome) return outcome.error();
  ++counters_.puts;
  counters_.put_bytes += request.key.size() + request.value.size();
  return Applied{table_.revision(), *outcome};
}

Result<Applied> Replica::run(CommandInProgress& /*command*/, const DeleteRangeRequest& request) {
  auto outcome = table_.remove(to_op(request), batch_.rows);
  counters_.deletes += static_cast<std::uint64_t>(outcome.deleted);
  return Applied{table_.revision(), std::move(outcome)};
}

Result<Applied> Replica::run(CommandInProgress& command, const TxnRequest& /*request*/) {
  const std::size_t before = batch_.rows.size();
  auto outcome = table_.txn(*command.txn, batch_.rows);
  if (!outcome) return outcome.error();
  ++counters_.txns;
  count_rows(before);
  return Applied{table_.revision(), std::move(*outcome)};
}

void Replica::count_rows(std::size_t from) {
  for (std::size_t i = from; i < batch_.rows.size(); ++i) {
    const mvcc::Row& row = *batch_.rows[i];
    if (row.is_tombstone()) {
      ++counters_.deletes;
    } else {
      ++counters_.puts;
      counters_.put_bytes += row.key().size() + row.value().size();
    }
  }
}

Result<Applied> Replica::run(CommandInProgress& /*command*/, const CompactionRequest& request) {
  const Revision at{request.revision()};
  if (const Status status = table_.compact(at); !status) return status.error();
  change_area(Area::meta, "scheduledCompactRev", encode_revision(at));
  compaction_.start(at);
  return Applied{table_.revision(), Nothing{}};
}

Result<Applied> Replica::run(CommandInProgress& /*command*/,
                             const membershippb::ClusterVersionSetRequest& request) {
  cluster_version_ = request.ver();
  change_area(Area::cluster, "clusterVersion", cluster_version_);
  log_.info("set cluster version", {{"cluster-version", cluster_version_}});
  return Applied{table_.revision(), Nothing{}};
}

Result<Applied> Replica::run(CommandInProgress& /*command*/,
                             const membershippb::ClusterMemberAttrSetRequest& request) {
  const MemberId id{request.member_id()};
  const auto& attributes = request.member_attributes();
  const bool is_member = members_.set_attributes(
      id, attributes.name(), {attributes.client_urls().begin(), attributes.client_urls().end()});
  if (is_member) save_member(id);
  return Applied{table_.revision(), Nothing{}};
}

}  // namespace quorate::replica
