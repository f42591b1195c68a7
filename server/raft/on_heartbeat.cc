// The leader is alive, the follower is alive; and both confirm reads (thesis §6.4).
#include "server/raft/state.h"

namespace quorate::raft {

void Node::State::on_heartbeat(const Message& message) {
  if (!follow(message.from)) return;
  commit_to(message.commit);
  send({.type = MessageType::heartbeat_response,
        .to = message.from,
        .term = term,
        .context = message.context});
}

void Node::State::on_heartbeat_response(const Message& message) {
  if (role != Role::leader) return;
  Tracker::Peer& peer = *tracker.find(message.from);
  peer.progress.set_recently_active(true);
  peer.progress.heard_heartbeat();
  // It lacks entries, or may have lost the last answer: ask. To one with a full window this goes
  // out empty, and gets it moving again if everything in flight was lost.
  if (peer.progress.match() < log.last_index() || peer.progress.state() == ProgressState::probe) {
    send_append(peer);
  }
  if (message.context.empty()) return;
  reads.confirmed_by(message.from, message.context);
  confirm_reads();
}

}  // namespace quorate::raft
