// Handing over the lead (thesis §3.10).
#include "common/ensure.h"
#include "server/raft/state.h"

namespace quorate::raft {

// `from` is the member that shall lead, whoever passed the wish on.
void Node::State::on_transfer_leader(const Message& message) {
  transfer_to(message.from);
}

void Node::State::transfer_to(MemberId to) {
  if (role == Role::follower && leader != MemberId{}) {
    send({.type = MessageType::transfer_leader, .to = leader, .from = to, .term = term});
    return;
  }
  if (role != Role::leader || to == transferee) return;
  Tracker::Peer* peer = tracker.find(to);
  if (peer == nullptr || peer->is_learner) return;
  transferee = MemberId{};
  if (to == config.id) return;
  election_elapsed = 0;  // it has one election timeout for this
  transferee = to;
  if (peer->progress.match() == log.last_index()) {
    send_timeout_now(to);
  } else {
    send_append(*peer);
  }
}

// This leader is no voter any more (thesis §4.2.2). It does not just fall silent: the others have
// to hear that this is committed, and the best of them can take over without waiting for a timeout.
// What it does not reach within an election timeout elects a leader of its own.
void Node::State::hand_over() {
  const Tracker::Peer* best = nullptr;
  for (const Tracker::Peer& peer : tracker.peers()) {
    if (peer.is_learner) continue;
    if (best == nullptr || peer.progress.match() > best->progress.match()) best = &peer;
  }
  ENSURE(best != nullptr);
  transferee = MemberId{};
  transfer_to(best->id);
}

void Node::State::send_timeout_now(MemberId to) {
  send({.type = MessageType::timeout_now, .to = to, .term = term});
}

void Node::State::on_timeout_now() {
  // No pre-vote: the leader itself asks for this.
  if (role == Role::follower) stand_for_election(Election::transfer);
}

}  // namespace quorate::raft
