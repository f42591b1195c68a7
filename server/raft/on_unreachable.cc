// The network reports what it lost, and how a snapshot fared.
#include "server/raft/state.h"

namespace quorate::raft {

void Node::State::on_unreachable(MemberId id) {
  if (role != Role::leader) return;
  Tracker::Peer* peer = tracker.find(id);
  // What was sent ahead is probably lost.
  if (peer != nullptr && peer->progress.state() == ProgressState::replicate) {
    peer->progress.become_probe();
  }
}

void Node::State::on_snapshot_reported(const SnapshotReported& report) {
  if (role != Role::leader) return;
  if (Tracker::Peer* peer = tracker.find(report.peer)) {
    peer->progress.snapshot_reported(report.arrived);
  }
}

}  // namespace quorate::raft
