// New entries for the log: taken by a leader, passed on by its followers.
#include <numeric>

#include "server/raft/conf_changer.h"
#include "server/raft/state.h"

namespace quorate::raft {

void Node::State::on_propose(const Message& message) {
  std::vector<Proposal> proposals;
  proposals.reserve(message.entries.size());
  for (const Entry& entry : message.entries) proposals.push_back({entry.type, entry.data});
  // Whom it came from learns by its own deadline that it was dropped, as with a lost message.
  static_cast<void>(propose(std::move(proposals)));
}

bool Node::State::propose(std::vector<Proposal> proposals) {
  if (role == Role::leader) return append_proposals(std::move(proposals));
  if (role != Role::follower || leader == MemberId{}) return false;
  Message forward{.type = MessageType::propose, .to = leader};
  forward.entries.reserve(proposals.size());
  for (Proposal& proposal : proposals) {
    forward.entries.push_back({.type = proposal.type, .data = std::move(proposal.data)});
  }
  send(std::move(forward));
  return true;
}

bool Node::State::append_proposals(std::vector<Proposal> proposals) {
  if (proposals.empty()) return true;
  // Or its log would never be the same as ours. So it is with a leader that is not wanted any more.
  if (transferee != MemberId{}) return false;
  const std::size_t bytes =
      std::accumulate(proposals.begin(), proposals.end(), std::size_t{0},
                      [](std::size_t sum, const Proposal& p) { return sum + p.data.size(); });
  // One batch of any size is taken when nothing is waiting: otherwise it never could be.
  const bool is_full = uncommitted_bytes > 0 && bytes > 0 &&
                       uncommitted_bytes + bytes > config.uncommitted_bytes_max;
  if (is_full) return false;
  uncommitted_bytes += bytes;

  for (Proposal& proposal : proposals) {
    if (proposal.type == EntryType::normal) {
      append_own(EntryType::normal, std::move(proposal.data));
    } else if (may_change_conf(proposal)) {
      append_own(proposal.type, std::move(proposal.data));
      pending_conf_index = log.last_index();
    } else {
      append_own(EntryType::normal, {});  // its proposer sees it vanish and may try again
    }
  }
  broadcast_append();
  return true;
}

void Node::State::append_own(EntryType type, SharedBytes data) {
  log.append({term, log.last_index().next(), type, std::move(data)});
}

bool Node::State::may_change_conf(const Proposal& proposal) const {
  if (pending_conf_index > applied) return false;
  const bool leaves_joint = proposal.type == EntryType::conf_change_v2 && proposal.data.empty();
  return leaves_joint == is_joint(tracker.conf());
}

}  // namespace quorate::raft
