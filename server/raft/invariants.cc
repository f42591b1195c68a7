#include "server/raft/invariants.h"

#include <sstream>

#include "server/raft/conf_changer.h"
#include "server/raft/state.h"

namespace quorate::raft {

const char* Invariants::broken_order(const State& s) {
  if (s.commit > s.log.last_index()) return "commit <= last";
  if (s.log.start_index() > s.commit) return "start <= commit";
  if (s.applying > s.commit) return "applying <= commit";
  if (s.applied > s.applying) return "applied <= applying";
  if (!s.is_snapshot_pending() && s.applying > s.writes.durable()) return "applying <= durable";
  const bool awaits_conf = s.conf_awaited != Index{};
  if (awaits_conf && s.conf_awaited != s.applying) return "a conf change is handed out last";
  if (awaits_conf && s.applied >= s.conf_awaited) return "a conf change is not applied unsaid";
  return nullptr;
}

const char* Invariants::broken_log(const State& s) {
  Index index = s.log.start_index();
  Term term = *s.log.term_of(index);
  while (index < s.log.last_index()) {
    index = index.next();
    const Entry& entry = s.log.at(index);
    if (entry.index != index) return "entries are consecutive";
    if (entry.term < term) return "terms never fall within a log";
    term = entry.term;
  }
  return term > s.term ? "no entry is newer than the term" : nullptr;
}

const char* Invariants::broken_role(const State& s) {
  if (!check_conf(s.tracker.conf())) return "the configuration is sound";
  const bool leads = s.role == Role::leader;
  if (leads != (s.leader == s.config.id)) return "who leads knows it, and nobody else thinks so";
  const bool stands = s.role == Role::candidate || s.role == Role::pre_candidate;
  if (stands && s.leader != MemberId{}) return "a candidate knows no leader";
  if (s.role == Role::candidate && s.vote != s.config.id) return "a candidate votes for itself";
  if (!leads && s.transferee != MemberId{}) return "only a leader hands over";
  if (!leads && s.uncommitted_bytes != 0) return "only a leader counts what is uncommitted";
  if (!leads && (s.reads.size() != 0 || !s.early_reads.empty()))
    return "only a leader queues reads";
  if (!s.to_hold.empty()) return "messages are handed out or held";
  return nullptr;
}

const char* Invariants::broken_leader(const State& s) {
  if (s.role != Role::leader) return nullptr;
  const bool hands_over = s.transferee != MemberId{};
  if (!s.tracker.is_voter(s.config.id) && !hands_over) return "a leader is a voter, or hands over";
  if (s.vote != s.config.id) return "a leader voted for itself";
  if (s.writes.hard_state().term != s.term) return "a leader's term is durable";
  if (s.writes.hard_state().vote != s.vote) return "a leader's vote is durable";
  if (s.log.last_term() != s.term) return "a leader begins its term with an entry";
  if (s.is_snapshot_pending()) return "a leader has its state";
  if (s.transferee == s.config.id) return "a leader hands over to another";
  return nullptr;
}

const char* Invariants::broken_progress(const State& s) {
  if (s.role != Role::leader) return nullptr;
  for (const Tracker::Peer& peer : s.tracker.peers()) {
    const Progress& p = peer.progress;
    if (p.match() >= p.next()) return "match < next";
    if (p.match() > s.log.last_index()) return "match <= last";
    if (p.next() > s.log.last_index().next()) return "next <= last + 1";
    if (p.inflight_count() > s.config.inflight_messages_max) return "the window has a limit";
    const bool replicates = p.state() == ProgressState::replicate;
    if (!replicates && p.inflight_count() > 0) return "only replication has messages in flight";
    if (peer.id == s.config.id && p.match() > s.writes.durable()) {
      return "a leader counts only what it holds durably";
    }
  }
  return nullptr;
}

const char* Invariants::broken_writes(const State& s) {
  const bool has_new_vote = s.saved_hard_state.term != s.term || s.saved_hard_state.vote != s.vote;
  if (has_new_vote) return "a new term or vote is handed out in the same step";
  if (s.saved_index != s.log.last_index()) return "new entries are handed out in the same step";
  if (s.unsaved_snapshot) return "a snapshot is handed out in the same step";
  if (s.writes.durable() > s.log.last_index()) return "durable <= last";
  if (s.writes.completed() > s.writes.newest()) return "writes complete after they begin";
  PersistId after = s.writes.completed().next();
  for (const State::Held& held : s.held) {
    if (held.after < after) return "messages are held no longer than needed, in order";
    after = held.after;
  }
  return after > s.writes.newest().next() ? "no message waits for a write to come" : nullptr;
}

const char* Invariants::broken_change(const Before& before, const State& s) {
  const HardState& then = before.hard_state;
  if (s.term < then.term) return "terms never fall";
  if (s.commit < then.commit) return "commit never falls";
  if (s.applied < before.applied) return "applied never falls";
  if (s.term != then.term) return nullptr;
  if (then.vote != MemberId{} && s.vote != then.vote) return "one vote a term";
  const bool are_known = s.leader != MemberId{} && before.leader != MemberId{};
  if (are_known && s.leader != before.leader) return "one leader a term";
  return nullptr;
}

std::optional<std::string> Invariants::broken(const Node& node) {
  const State& s = *node.state_;
  const char* claim = nullptr;
  for (const auto check :
       {broken_order, broken_log, broken_role, broken_leader, broken_progress, broken_writes}) {
    if (claim == nullptr) claim = check(s);
  }
  if (claim == nullptr && before_) claim = broken_change(*before_, s);
  const bool is_same_term = before_ && before_->hard_state.term == s.term;
  const bool keeps_leader = is_same_term && s.leader == MemberId{};
  before_ = {s.hard_state(), s.applied, keeps_leader ? before_->leader : s.leader};
  if (claim == nullptr) return std::nullopt;
  std::ostringstream text;
  text << "broken: " << claim << "\n";
  node.dump(text);
  return text.str();
}

}  // namespace quorate::raft
