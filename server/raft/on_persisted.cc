// The disk has done a write (thesis §10.2.1: while it works, so do the followers).
#include "server/raft/state.h"

namespace quorate::raft {

void Node::State::on_persisted(PersistId id) {
  writes.complete(id);
  release_held();
  const HardState& durable = writes.hard_state();
  if (role == Role::candidate && durable.term == term && durable.vote == config.id) {
    tracker.record_vote(config.id, true);
    decide_election();
  }
  if (role != Role::leader) return;
  // A leader is one of its own followers: what it holds counts once it is durable. Not so when it
  // has left the configuration and is handing over.
  Tracker::Peer* own = tracker.find(config.id);
  if (own == nullptr || !own->progress.acknowledged(writes.durable())) return;
  if (advance_commit()) after_commit();
}

}  // namespace quorate::raft
