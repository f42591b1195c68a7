#include "server/raft/tracker.h"

#include <algorithm>
#include <utility>

#include "common/ensure.h"
#include "server/raft/conf_changer.h"

namespace quorate::raft {

Tracker::Tracker(const ConfState& conf, Index last_index, std::size_t inflight_messages_max)
    : inflight_messages_max_{inflight_messages_max} {
  switch_to(conf, last_index);
}

Tracker::Peer* Tracker::find(MemberId member) {
  const auto peer = std::ranges::lower_bound(peers_, member, {}, &Peer::id);
  return peer != peers_.end() && peer->id == member ? &*peer : nullptr;
}

void Tracker::switch_to(const ConfState& conf, Index last_index) {
  ENSURE(check_conf(conf).has_value());
  std::vector<Peer> peers;
  for (const MemberId member : all_members(conf)) {
    if (Peer* known = find(member)) {
      peers.push_back(std::move(*known));
    } else {
      // A new member counts as heard of: otherwise the next quorum check could fail because of it.
      Progress progress{Index{0}, std::max(last_index, Index{1}), inflight_messages_max_};
      progress.set_recently_active(true);
      peers.push_back({member, false, std::move(progress)});
    }
    peers.back().is_learner = std::ranges::binary_search(conf.learners, member);
  }
  peers_ = std::move(peers);
  quorum_ = Quorum{conf.voters, conf.voters_outgoing};
  conf_ = conf;
}

void Tracker::reset(Index last_index) {
  for (Peer& peer : peers_) {
    peer.progress = Progress{Index{0}, last_index.next(), inflight_messages_max_};
  }
  reset_votes();
}

Index Tracker::committed() const {
  std::vector<Ack> acks;
  acks.reserve(peers_.size());
  for (const Peer& peer : peers_) acks.push_back({peer.id, peer.progress.match().value()});
  return Index{quorum_.reached(acks)};
}

bool Tracker::is_quorum_active() const {
  std::vector<Vote> active;
  for (const Peer& peer : peers_) {
    active.push_back({peer.id, peer.progress.is_recently_active()});
  }
  return quorum_.result(active) == VoteResult::won;
}

void Tracker::record_vote(MemberId member, bool is_granted) {
  const bool is_known = std::ranges::find(votes_, member, &Vote::member) != votes_.end();
  if (!is_known) votes_.push_back({member, is_granted});
}

}  // namespace quorate::raft
