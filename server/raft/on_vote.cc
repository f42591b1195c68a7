// Votes and pre-votes: Raft §5.2, §5.4.1, thesis §9.6.
#include "server/raft/state.h"

namespace quorate::raft {

void Node::State::on_vote(const Message& message) {
  const bool is_pre_vote = message.type == MessageType::pre_vote;
  const MessageType response =
      is_pre_vote ? MessageType::pre_vote_response : MessageType::vote_response;
  const bool may_vote = vote == message.from ||                          // said so before
                        (vote == MemberId{} && leader == MemberId{}) ||  // free
                        (is_pre_vote && message.term > term);            // binds to nothing
  // A learner is asked only by those who know it as a voter: it may have been promoted without
  // having heard of it. So it votes.
  if (!may_vote || !log.is_up_to_date(message.index, message.log_term)) {
    // Along with the refusal goes what is known to be committed; see learn_commit().
    send({.type = response,
          .to = message.from,
          .term = term,
          .log_term = *log.term_of(commit),
          .commit = commit,
          .reject = true});
    return;
  }
  // With the term of the question: to the asker a pre-vote from our own term would look old.
  send({.type = response, .to = message.from, .term = message.term});
  if (is_pre_vote) return;
  election_elapsed = 0;
  vote = message.from;
}

void Node::State::on_vote_response(const Message& message) {
  if (message.reject) learn_commit(message.commit, message.log_term);
  // Late answers to our pre-vote do not elect us.
  const Role asked =
      message.type == MessageType::vote_response ? Role::candidate : Role::pre_candidate;
  if (role != asked) return;
  tracker.record_vote(message.from, !message.reject);
  decide_election();
}

// Conf changes take effect when they are applied. So of two voters one may have left, or have been
// made a learner, and the other not know that this is committed. Then neither could ever lead: the
// one may not stand, the other needs its vote and does not get it while its log is shorter. The
// refusal tells it. Etcd's members say nothing here and take no notice.
void Node::State::learn_commit(Index index, Term index_term) {
  if (role == Role::leader || index <= commit || !log.matches(index, index_term)) return;
  commit = index;
  if (role != Role::follower && has_unapplied_conf_change()) become_follower(term, MemberId{});
}

}  // namespace quorate::raft
