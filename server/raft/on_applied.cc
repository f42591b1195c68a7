// How far the state machine has come. Conf changes take effect when they are applied, as in etcd.
#include <algorithm>

#include "common/ensure.h"
#include "server/raft/conf_changer.h"
#include "server/raft/state.h"

namespace quorate::raft {

void Node::State::on_applied(Index index) {
  ENSURE(index <= applying);
  ENSURE(conf_awaited == Index{} || index < conf_awaited);
  applied = std::max(applied, index);
  leave_joint_if_due();
}

void Node::State::on_conf_applied(const ConfApplied& event) {
  // A snapshot overtook it, and brought the configuration along.
  if (event.index <= log.start_index() && conf_awaited != event.index) return;
  ENSURE(event.index == conf_awaited);
  Result<ConfState> next = ConfChanger{tracker.conf()}.change(event.change);
  ENSURE(next.has_value());
  conf_awaited = Index{};
  applied = event.index;
  if (*next != tracker.conf()) adopt_conf(*next);
  leave_joint_if_due();
}

void Node::State::adopt_conf(const ConfState& conf) {
  tracker.switch_to(conf, log.last_index());
  if (role != Role::leader) return;
  if (!tracker.is_voter(config.id)) hand_over();
  // Fewer voters may make a quorum of what was none; new members hear of us at once.
  if (advance_commit()) {
    after_commit();
  } else {
    for (Tracker::Peer& peer : tracker.peers()) {
      if (peer.id != config.id) try_send_append(peer, IfEmpty::skip);
    }
  }
  confirm_reads();
  if (!tracker.is_voter(transferee)) transferee = MemberId{};
}

// A joint configuration that ends by itself: the leader sees to it (thesis §4.3). While the lead is
// being handed over this fails, and is tried again.
void Node::State::leave_joint_if_due() {
  if (role != Role::leader || !tracker.conf().auto_leave || pending_conf_index > applied) return;
  static_cast<void>(append_proposals({{EntryType::conf_change_v2, {}}}));
}

void Node::State::on_compacted(Index index) {
  ENSURE(index <= applied);
  log.compact_to(index);
}

}  // namespace quorate::raft
