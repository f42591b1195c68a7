#include "server/raft/node.h"

#include <algorithm>
#include <limits>
#include <ostream>
#include <utility>

#include "common/ensure.h"
#include "server/raft/conf_changer.h"
#include "server/raft/describe.h"
#include "server/raft/state.h"

namespace quorate::raft {
namespace {

// Promises, which a crash must not make untrue: they leave only when all that was decided before
// them is durable. Asking for votes is one: it announces a vote for oneself (thesis §3.8).
bool waits_for_disk(MessageType type) {
  switch (type) {
    case MessageType::append_response:
    case MessageType::vote:
    case MessageType::vote_response:
    case MessageType::pre_vote_response:
      return true;
    default:
      return false;
  }
}

template <class... Handlers>
struct Overloaded : Handlers... {
  using Handlers::operator()...;
};

}  // namespace

Node::State::State(const Config& node_config, Rng node_rng, Restored restored)
    : config{node_config},
      rng{node_rng},
      term{restored.hard_state.term},
      vote{restored.hard_state.vote},
      commit{std::max(restored.hard_state.commit, restored.applied)},
      log{restored.start_index, restored.start_term, std::move(restored.entries)},
      tracker{sorted(restored.conf), log.last_index(), config.inflight_messages_max},
      writes{log.last_index(), restored.hard_state},
      saved_hard_state{restored.hard_state},
      saved_index{log.last_index()},
      applying{restored.applied},
      applied{restored.applied} {
  ENSURE(config.id != MemberId{});
  ENSURE(config.heartbeat_ticks > 0);
  ENSURE(config.election_ticks > config.heartbeat_ticks);
  ENSURE(config.inflight_messages_max > 0);
  ENSURE(log.start_index() <= applied);
  ENSURE(commit <= log.last_index());
  ENSURE(log.last_term() <= term);
  reset(term);
}

void Node::State::handle(const Event& event) {
  std::visit(Overloaded{
                 [&](const Tick&) { tick(); },
                 [&](const Received& e) { receive(e.message); },
                 [&](const Proposed& e) { actions.proposals_dropped = !propose(e.proposals); },
                 [&](const ReadAsked& e) { ask_read(e.context); },
                 [&](const Persisted& e) { on_persisted(e.id); },
                 [&](const Applied& e) { on_applied(e.index); },
                 [&](const ConfApplied& e) { on_conf_applied(e); },
                 [&](const Compacted& e) { on_compacted(e.index); },
                 [&](const Campaign&) {
                   stand_for_election(config.pre_vote ? Election::pre_vote : Election::vote);
                 },
                 [&](const TransferAsked& e) { transfer_to(e.to); },
                 [&](const Unreachable& e) { on_unreachable(e.peer); },
                 [&](const SnapshotReported& e) { on_snapshot_reported(e); },
             },
             event);
}

Actions Node::State::finish() {
  hand_out_writes();
  hand_out_messages();
  hand_out_entries();
  if (soft_state() != told_soft_state) {
    told_soft_state = soft_state();
    actions.soft_state = told_soft_state;
  }
  return std::exchange(actions, {});
}

void Node::State::hand_out_writes() {
  const HardState now = hard_state();
  const bool has_entries = saved_index < log.last_index();
  const bool has_vote = now.term != saved_hard_state.term || now.vote != saved_hard_state.vote;
  // A newer commit alone is not worth a write: it can be learned again.
  if (!has_entries && !has_vote && !unsaved_snapshot) return;

  Persist& persist = actions.persist.emplace();
  if (now != saved_hard_state) persist.hard_state = now;
  persist.snapshot = std::exchange(unsaved_snapshot, std::nullopt);
  if (has_entries) {
    persist.entries =
        log.slice(saved_index.next(), log.last_index(), std::numeric_limits<std::size_t>::max());
  }
  persist.id = writes.begin(log.last_index(), persist.hard_state);
  saved_hard_state = now;
  saved_index = log.last_index();
}

void Node::State::hand_out_messages() {
  for (Message& message : to_hold) held.push_back({writes.newest(), std::move(message)});
  to_hold.clear();
  release_held();
}

void Node::State::release_held() {
  while (!held.empty() && held.front().after <= writes.completed()) {
    actions.send.push_back(std::move(held.front().message));
    held.pop_front();
  }
}

void Node::State::hand_out_entries() {
  if (is_snapshot_pending()) return;
  const Index limit = std::min(commit, writes.durable());
  if (applying < limit) actions.apply.reserve(limit.value() - applying.value());
  while (applying < limit && conf_awaited == Index{}) {
    applying = applying.next();
    const Entry& entry = actions.apply.emplace_back(log.at(applying));
    // May fall short of what was counted, after a change of leaders: never below zero.
    uncommitted_bytes -= std::min(uncommitted_bytes, entry.data.size());
    if (entry.type != EntryType::normal) conf_awaited = applying;
  }
}

void Node::State::send(Message message) {
  if (message.from == MemberId{}) message.from = config.id;
  if (waits_for_disk(message.type)) {
    to_hold.push_back(std::move(message));
  } else {
    actions.send.push_back(std::move(message));
  }
}

// ---- Node

Node::Node(const Config& config, Rng rng, Restored restored)
    : state_{std::make_unique<State>(config, rng, std::move(restored))} {}

Node::~Node() = default;
Node::Node(Node&&) noexcept = default;
Node& Node::operator=(Node&&) noexcept = default;

Actions Node::step(const Event& event) {
  state_->handle(event);
  return state_->finish();
}

Actions Node::propose(std::vector<Proposal> proposals) {
  state_->actions.proposals_dropped = !state_->propose(std::move(proposals));
  return state_->finish();
}

MemberId Node::id() const {
  return state_->config.id;
}

Term Node::term() const {
  return state_->term;
}

MemberId Node::leader() const {
  return state_->leader;
}

Role Node::role() const {
  return state_->role;
}

HardState Node::hard_state() const {
  return state_->hard_state();
}

const ConfState& Node::conf_state() const {
  return state_->tracker.conf();
}

Index Node::first_index() const {
  return state_->log.first_index();
}

Index Node::last_index() const {
  return state_->log.last_index();
}

Index Node::commit_index() const {
  return state_->commit;
}

Index Node::applied_index() const {
  return state_->applied;
}

std::optional<Term> Node::term_of(Index index) const {
  return state_->log.term_of(index);
}

MemberId Node::transferring_to() const {
  return state_->transferee;
}

Status Node::can_apply(const ConfChange& change) const {
  Result<ConfState> next = ConfChanger{state_->tracker.conf()}.change(change);
  if (!next) return next.error();
  return {};
}

std::vector<Node::PeerProgress> Node::progress() const {
  std::vector<PeerProgress> all;
  if (state_->role != Role::leader) return all;
  for (const Tracker::Peer& peer : std::as_const(state_->tracker).peers()) {
    all.push_back({peer.id, peer.progress.match(), peer.progress.next(), peer.progress.state(),
                   peer.is_learner, peer.progress.is_recently_active()});
  }
  return all;
}

void Node::dump(std::ostream& out) const {
  const State& s = *state_;
  out << to_text(id()) << " term=" << s.term.value() << " vote=" << to_text(s.vote)
      << " role=" << to_text(s.role) << " leader=" << to_text(s.leader)
      << " start=" << s.log.start_index().value() << " applied=" << s.applied.value()
      << " applying=" << s.applying.value() << " durable=" << s.writes.durable().value()
      << " commit=" << s.commit.value() << " last=" << s.log.last_index().value()
      << " election=" << s.election_elapsed << '/' << s.election_timeout
      << " held=" << s.held.size() << " conf=" << to_text(conf_state()) << '\n';
  for (const PeerProgress& peer : progress()) out << "  " << to_text(peer) << '\n';
}

}  // namespace quorate::raft
