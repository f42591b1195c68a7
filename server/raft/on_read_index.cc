// From which index on a read is linearizable (thesis §6.4).
#include <utility>

#include "server/raft/state.h"

namespace quorate::raft {

void Node::State::ask_read(const SharedBytes& context) {
  if (role == Role::leader) return queue_read(config.id, context);
  if (role != Role::follower || leader == MemberId{}) {
    actions.reads_dropped.push_back(context);
    return;
  }
  send({.type = MessageType::read_index, .to = leader, .entries = {{.data = context}}});
}

void Node::State::on_read_index(const Message& message) {
  if (message.entries.size() != 1) return;
  if (role == Role::leader) return queue_read(message.from, message.entries.front().data);
  if (role != Role::follower || leader == MemberId{}) return;
  Message forward = message;
  forward.to = leader;  // which answers to the one that asked
  forward.term = Term{};
  send(std::move(forward));
}

void Node::State::on_read_index_response(const Message& message) {
  if (role != Role::follower || message.entries.size() != 1) return;
  actions.reads.push_back({message.entries.front().data, message.index});
}

void Node::State::queue_read(MemberId from, const SharedBytes& context) {
  if (reads.size() + early_reads.size() >= kReadsWaitingMax) {
    if (from == config.id) actions.reads_dropped.push_back(context);
    return;
  }
  ReadQueue::Read read{from, context, commit};
  // Before its first commit a leader does not know how far its predecessors had come.
  if (!has_committed_in_term()) return early_reads.push_back(std::move(read));
  reads.add(std::move(read));
  reads.confirmed_by(config.id, reads.heartbeat_context());
  confirm_reads();
  if (reads.size() > 0) broadcast_heartbeat();
}

void Node::State::start_early_reads() {
  if (early_reads.empty() || !has_committed_in_term()) return;
  for (ReadQueue::Read& read : std::exchange(early_reads, {})) {
    read.index = commit;
    reads.add(std::move(read));
  }
  reads.confirmed_by(config.id, reads.heartbeat_context());
  confirm_reads();
  if (reads.size() > 0) broadcast_heartbeat();
}

void Node::State::confirm_reads() {
  for (const ReadQueue::Read& read : reads.take_confirmed(tracker.quorum())) answer_read(read);
}

void Node::State::answer_read(const ReadQueue::Read& read) {
  if (read.from == config.id) {
    actions.reads.push_back({read.context, read.index});
    return;
  }
  send({.type = MessageType::read_index_response,
        .to = read.from,
        .term = term,
        .index = read.index,
        .entries = {{.data = read.context}}});
}

// The lead is lost, and with it what could be said about these.
void Node::State::drop_reads() {
  std::vector<ReadQueue::Read> dropped = reads.take_all();
  for (ReadQueue::Read& read : std::exchange(early_reads, {})) dropped.push_back(std::move(read));
  for (const ReadQueue::Read& read : dropped) {
    if (read.from == config.id) actions.reads_dropped.push_back(read.context);
  }
}

bool Node::State::has_committed_in_term() const {
  return log.matches(commit, term);
}

}  // namespace quorate::raft
