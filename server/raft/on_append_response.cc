// A follower's answer to an append, or to a snapshot (Raft §5.3).
#include "server/raft/state.h"

namespace quorate::raft {

void Node::State::on_append_response(const Message& message) {
  if (role != Role::leader) return;
  Tracker::Peer& peer = *tracker.find(message.from);
  peer.progress.set_recently_active(true);
  if (message.reject) return on_append_rejected(peer, message);
  if (message.index > log.last_index()) return;  // nobody has what we never sent
  on_append_accepted(peer, message);
}

void Node::State::on_append_rejected(Tracker::Peer& peer, const Message& message) {
  // The hint is where the follower's log could agree with ours as far as it can tell. Ours may
  // have newer terms there: those places cannot agree either, so go on down to one that could.
  // This way there is at most one probe for each term. Older members say no term.
  Index hint = message.reject_hint;
  if (message.log_term > Term{}) hint = log.last_possible_match(hint, message.log_term).index;
  if (!peer.progress.rejected(message.index, hint)) return;
  if (peer.progress.state() == ProgressState::replicate) peer.progress.become_probe();
  send_append(peer);
}

void Node::State::on_append_accepted(Tracker::Peer& peer, const Message& message) {
  Progress& progress = peer.progress;
  const bool is_news = progress.acknowledged(message.index);
  // An answer without news can still show that a probe came through.
  const bool ends_probe =
      progress.state() == ProgressState::probe && progress.match() == message.index;
  if (!is_news && !ends_probe) return;

  switch (progress.state()) {
    case ProgressState::probe:
      progress.become_replicate();
      break;
    case ProgressState::snapshot:
      // Whichever snapshot it was: if the log goes on from there it need not wait for ours.
      if (progress.match() >= log.start_index()) progress.become_replicate();
      break;
    case ProgressState::replicate:
      progress.free_inflights(message.index);
      break;
  }
  if (advance_commit()) {
    after_commit();
  } else if (progress.lacks_commit(commit)) {
    send_append(peer);
  }
  // More room in the window: fill it.
  while (try_send_append(peer, IfEmpty::skip)) {
  }
  if (peer.id == transferee && progress.match() == log.last_index()) send_timeout_now(peer.id);
}

}  // namespace quorate::raft
