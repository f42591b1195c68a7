// From a leader to its followers (Raft §5.3), as far as their windows allow.
#include <algorithm>

#include "common/ensure.h"
#include "server/raft/state.h"

namespace quorate::raft {

bool Node::State::try_send_append(Tracker::Peer& peer, IfEmpty if_empty) {
  Progress& progress = peer.progress;
  if (progress.is_paused()) return false;
  const Index previous = progress.next().prev();
  const std::optional<Term> previous_term = log.term_of(previous);
  if (!previous_term) return try_send_snapshot(peer);

  Message append{.type = MessageType::append,
                 .to = peer.id,
                 .term = term,
                 .log_term = *previous_term,
                 .index = previous,
                 .commit = commit};
  // With a full window only an empty append goes out: should all the others have been lost, the
  // answer to it will say so.
  const bool may_carry = progress.state() != ProgressState::replicate || !progress.is_window_full();
  if (may_carry && previous < log.last_index()) {
    append.entries = log.slice(progress.next(), log.last_index(), config.append_bytes_max);
  }
  if (append.entries.empty() && if_empty == IfEmpty::skip) return false;

  progress.sent_entries(append.entries.size());
  progress.sent_commit(commit);
  send(std::move(append));
  return true;
}

bool Node::State::try_send_snapshot(Tracker::Peer& peer) {
  // A snapshot is expensive: only for those who are there.
  if (!peer.progress.is_recently_active()) return false;
  const std::optional<Term> applied_term = log.term_of(applied);
  ENSURE(applied_term.has_value());
  peer.progress.become_snapshot(applied);
  send({.type = MessageType::snapshot,
        .to = peer.id,
        .term = term,
        .snapshot = SnapshotMeta{applied, *applied_term, tracker.conf()}});
  return true;
}

void Node::State::send_heartbeat(Tracker::Peer& peer, const SharedBytes& context) {
  // Never beyond what this follower is known to hold: it may lack the rest, or hold other entries
  // in their place.
  const Index known_commit = std::min(peer.progress.match(), commit);
  peer.progress.sent_commit(known_commit);
  send({.type = MessageType::heartbeat,
        .to = peer.id,
        .term = term,
        .commit = known_commit,
        .context = context});
}

void Node::State::broadcast_append() {
  for (Tracker::Peer& peer : tracker.peers()) {
    if (peer.id != config.id) send_append(peer);
  }
}

void Node::State::broadcast_heartbeat() {
  const SharedBytes context = reads.heartbeat_context();
  for (Tracker::Peer& peer : tracker.peers()) {
    if (peer.id != config.id) send_heartbeat(peer, context);
  }
}

bool Node::State::advance_commit() {
  const Index reached = tracker.committed();
  if (reached <= commit) return false;
  // An entry from an older term never commits by counting replicas: a later leader could still
  // overwrite it. It commits beneath one of this term. Raft §5.4.2, figure 8.
  if (!log.matches(reached, term)) return false;
  commit = reached;
  return true;
}

void Node::State::after_commit() {
  start_early_reads();
  broadcast_append();
}

}  // namespace quorate::raft
