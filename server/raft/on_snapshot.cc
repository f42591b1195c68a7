// A follower takes over the whole state (Raft §7).
#include <algorithm>

#include "common/ensure.h"
#include "server/raft/conf_changer.h"
#include "server/raft/state.h"

namespace quorate::raft {

void Node::State::on_snapshot(const Message& message) {
  if (!message.snapshot || !follow(message.from)) return;
  SnapshotMeta snapshot = *message.snapshot;
  snapshot.conf = sorted(std::move(snapshot.conf));
  if (!is_snapshot_wanted(snapshot)) return acknowledge(message.from, commit);
  if (log.matches(snapshot.index, snapshot.term)) {
    // The entries are all here; only that they are committed is news.
    commit_to(snapshot.index);
    return acknowledge(message.from, commit);
  }
  restore(snapshot);
  acknowledge(message.from, log.last_index());
}

bool Node::State::is_snapshot_wanted(const SnapshotMeta& snapshot) const {
  if (snapshot.index <= commit || snapshot.term > term) return false;
  if (!check_conf(snapshot.conf)) return false;
  return std::ranges::binary_search(all_members(snapshot.conf), config.id);
}

void Node::State::restore(const SnapshotMeta& snapshot) {
  log.restart_after(snapshot.index, snapshot.term);
  writes.cut_after(Index{});  // of the log as it is now, nothing is on the disk
  saved_index = snapshot.index;
  unsaved_snapshot = snapshot;
  commit = snapshot.index;
  applying = snapshot.index;
  conf_awaited = Index{};
  tracker = Tracker{snapshot.conf, log.last_index(), config.inflight_messages_max};
}

bool Node::State::is_snapshot_pending() const {
  return applied < log.start_index() || writes.durable() < log.start_index();
}

}  // namespace quorate::raft
