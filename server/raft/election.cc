// Time, and how a leader comes to be (Raft §5.2, §5.4.1; pre-vote: thesis §9.6; quorum check:
// thesis §6.2).
#include "common/ensure.h"
#include "server/raft/conf_changer.h"
#include "server/raft/state.h"

namespace quorate::raft {

void Node::State::tick() {
  if (role == Role::leader) return tick_leader();
  ++election_elapsed;
  if (is_promotable() && election_elapsed >= election_timeout) {
    election_elapsed = 0;
    stand_for_election(config.pre_vote ? Election::pre_vote : Election::vote);
  }
}

void Node::State::tick_leader() {
  ++heartbeat_elapsed;
  ++election_elapsed;
  if (election_elapsed >= config.election_ticks) {
    election_elapsed = 0;
    if (config.check_quorum) check_quorum();
    if (role != Role::leader) return;
    transferee = MemberId{};  // who has not taken over by now will not: go on leading,
    if (!tracker.is_voter(config.id)) return become_follower(term, MemberId{});  // if still wanted
  }
  leave_joint_if_due();
  if (heartbeat_elapsed >= config.heartbeat_ticks) {
    heartbeat_elapsed = 0;
    broadcast_heartbeat();
  }
}

void Node::State::check_quorum() {
  if (!tracker.is_quorum_active()) return become_follower(term, MemberId{});
  for (Tracker::Peer& peer : tracker.peers()) {
    peer.progress.set_recently_active(peer.id == config.id);
  }
}

bool Node::State::is_promotable() const {
  return tracker.is_voter(config.id) && !is_snapshot_pending();
}

bool Node::State::has_unapplied_conf_change() const {
  const Index from = std::max(applied, log.start_index());
  for (Index index = from.next(); index <= commit; index = index.next()) {
    if (log.at(index).type != EntryType::normal) return true;
  }
  return false;
}

void Node::State::stand_for_election(Election election) {
  if (role == Role::leader || !is_promotable()) return;
  // Who has yet to apply a committed change of the configuration does not know its voters.
  if (has_unapplied_conf_change()) return;
  if (election == Election::pre_vote) {
    become_pre_candidate();
  } else {
    become_candidate();
  }
  request_votes(election);
  // Nothing has to be remembered of a pre-vote; one's own vote counts once it is durable.
  if (election == Election::pre_vote) tracker.record_vote(config.id, true);
  decide_election();
}

void Node::State::request_votes(Election election) {
  const bool is_pre_vote = election == Election::pre_vote;
  for (const MemberId voter : all_voters(tracker.conf())) {
    if (voter == config.id) continue;
    Message request{.type = is_pre_vote ? MessageType::pre_vote : MessageType::vote,
                    .to = voter,
                    .term = is_pre_vote ? term.next() : term,
                    .log_term = log.last_term(),
                    .index = log.last_index()};
    if (election == Election::transfer) request.context = SharedBytes{kCampaignTransfer};
    send(std::move(request));
  }
}

void Node::State::decide_election() {
  switch (tracker.vote_result()) {
    case VoteResult::pending:
      return;
    case VoteResult::lost:
      return become_follower(term, MemberId{});
    case VoteResult::won:
      if (role == Role::pre_candidate) return stand_for_election(Election::vote);
      become_leader();
      broadcast_append();
  }
}

void Node::State::reset(Term new_term) {
  if (new_term != term) {
    ENSURE(new_term > term);
    term = new_term;
    vote = MemberId{};
  }
  drop_reads();
  leader = MemberId{};
  election_elapsed = 0;
  heartbeat_elapsed = 0;
  election_timeout =
      config.election_ticks + static_cast<std::uint32_t>(rng.below(config.election_ticks));
  transferee = MemberId{};
  pending_conf_index = Index{};
  uncommitted_bytes = 0;
  tracker.reset(log.last_index());
}

void Node::State::become_follower(Term new_term, MemberId new_leader) {
  reset(new_term);
  role = Role::follower;
  leader = new_leader;
}

void Node::State::become_pre_candidate() {
  ENSURE(role != Role::leader);
  // The term stays: whoever cannot win shall not disturb (thesis §9.6).
  tracker.reset_votes();
  leader = MemberId{};
  role = Role::pre_candidate;
}

void Node::State::become_candidate() {
  ENSURE(role != Role::leader);
  reset(term.next());
  vote = config.id;
  role = Role::candidate;
}

void Node::State::become_leader() {
  ENSURE(role == Role::candidate);
  reset(term);
  role = Role::leader;
  leader = config.id;
  Progress& own = tracker.find(config.id)->progress;
  own.become_replicate();
  own.set_recently_active(true);
  own.acknowledged(writes.durable());
  // There may be a conf change in what is not yet applied: no other before all that is.
  pending_conf_index = log.last_index();
  // Entries of older terms commit only beneath one of this term (Raft §5.4.2): begin with one.
  append_own(EntryType::normal, {});
}

}  // namespace quorate::raft
