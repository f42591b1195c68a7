// The configuration in force, and what a leader or candidate knows of each member in it.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "server/raft/progress.h"
#include "server/raft/quorum.h"
#include "server/raft/types.h"

namespace quorate::raft {

class Tracker {
 public:
  struct Peer {
    MemberId id;
    bool is_learner = false;
    Progress progress;
  };

  // Requires: check_conf(conf). Nothing is known yet of the members, except where the log ends.
  Tracker(const ConfState& conf, Index last_index, std::size_t inflight_messages_max);

  [[nodiscard]] const ConfState& conf() const { return conf_; }
  [[nodiscard]] const Quorum& quorum() const { return quorum_; }
  [[nodiscard]] bool is_voter(MemberId member) const { return quorum_.contains(member); }
  // Sorted by id.
  [[nodiscard]] std::span<Peer> peers() { return peers_; }
  [[nodiscard]] std::span<const Peer> peers() const { return peers_; }
  [[nodiscard]] Peer* find(MemberId member);  // null = not in the configuration

  // From now on this configuration. Who stays keeps its progress. Requires: check_conf(conf).
  void switch_to(const ConfState& conf, Index last_index);
  // As at the start of a term: nothing known, no votes.
  void reset(Index last_index);

  // The highest index that a quorum holds durably.
  [[nodiscard]] Index committed() const;
  [[nodiscard]] bool is_quorum_active() const;

  void reset_votes() { votes_.clear(); }
  // Only a member's first vote counts.
  void record_vote(MemberId member, bool is_granted);
  [[nodiscard]] VoteResult vote_result() const { return quorum_.result(votes_); }

 private:
  ConfState conf_;
  Quorum quorum_;
  std::vector<Peer> peers_;
  std::vector<Vote> votes_;
  std::size_t inflight_messages_max_;
};

}  // namespace quorate::raft
