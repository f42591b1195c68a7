// What a message's term demands, before its kind is looked at (Raft §5.1; thesis §4.2.3, §9.6).
#include "server/raft/state.h"

namespace quorate::raft {
namespace {

// Sent on for a client; they belong to no term.
bool is_forwarded(MessageType type) {
  return type == MessageType::propose || type == MessageType::read_index;
}

bool is_response(MessageType type) {
  switch (type) {
    case MessageType::append_response:
    case MessageType::vote_response:
    case MessageType::heartbeat_response:
    case MessageType::read_index_response:
    case MessageType::pre_vote_response:
      return true;
    default:
      return false;
  }
}

bool is_from_leader(MessageType type) {
  return type == MessageType::append || type == MessageType::heartbeat ||
         type == MessageType::snapshot;
}

bool asks_for_vote(MessageType type) {
  return type == MessageType::vote || type == MessageType::pre_vote;
}

}  // namespace

void Node::State::receive(const Message& message) {
  if (message.to != config.id) return;
  if (message.from == config.id || message.from == MemberId{}) return;
  // Who left the configuration must not move us any more.
  if (is_response(message.type) && tracker.find(message.from) == nullptr) return;
  if (is_forwarded(message.type)) return dispatch(message);
  if (message.term == Term{}) return;

  if (message.term < term) return answer_older_term(message);
  if (message.term > term && !accept_newer_term(message)) return;
  dispatch(message);
}

bool Node::State::accept_newer_term(const Message& message) {
  if (asks_for_vote(message.type)) {
    // While a leader is heard nobody else is wanted: a member that was removed or cut off cannot
    // disturb, unless the leader itself asked it to take over (thesis §4.2.3).
    const bool has_lease =
        config.check_quorum && leader != MemberId{} && election_elapsed < config.election_ticks;
    if (has_lease && message.context.view() != kCampaignTransfer) return false;
  }
  // A pre-vote asks about a term that does not exist yet, and a granted one repeats that number.
  if (message.type == MessageType::pre_vote) return true;
  if (message.type == MessageType::pre_vote_response && !message.reject) return true;
  become_follower(message.term, is_from_leader(message.type) ? message.from : MemberId{});
  return true;
}

void Node::State::answer_older_term(const Message& message) {
  switch (message.type) {
    case MessageType::append:
    case MessageType::heartbeat:
      // A member with a newer term for whom nobody votes could never come back: its requests may be
      // ignored, or it may not stand at all, and it ignores the leader. Told the term, that leader
      // steps down and stands again.
      send({.type = MessageType::append_response, .to = message.from, .term = term});
      return;
    case MessageType::pre_vote:
      // A candidate of an older term has to learn of ours, or two members without a leader could
      // ignore each other for ever.
      send({.type = MessageType::pre_vote_response,
            .to = message.from,
            .term = term,
            .reject = true});
      return;
    default:
      return;
  }
}

void Node::State::dispatch(const Message& message) {
  switch (message.type) {
    case MessageType::propose:
      return on_propose(message);
    case MessageType::append:
      return on_append(message);
    case MessageType::append_response:
      return on_append_response(message);
    case MessageType::vote:
    case MessageType::pre_vote:
      return on_vote(message);
    case MessageType::vote_response:
    case MessageType::pre_vote_response:
      return on_vote_response(message);
    case MessageType::snapshot:
      return on_snapshot(message);
    case MessageType::heartbeat:
      return on_heartbeat(message);
    case MessageType::heartbeat_response:
      return on_heartbeat_response(message);
    case MessageType::transfer_leader:
      return on_transfer_leader(message);
    case MessageType::timeout_now:
      return on_timeout_now();
    case MessageType::read_index:
      return on_read_index(message);
    case MessageType::read_index_response:
      return on_read_index_response(message);
  }
}

}  // namespace quorate::raft
