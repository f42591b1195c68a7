// A follower takes entries from its leader (Raft §5.3).
#include <algorithm>

#include "common/ensure.h"
#include "server/raft/state.h"

namespace quorate::raft {
namespace {

// What no leader sends: gaps, terms that fall or lie ahead of its own.
bool is_malformed(const Message& append) {
  Index index = append.index;
  Term term = append.log_term;
  for (const Entry& entry : append.entries) {
    index = index.next();
    if (entry.index != index) return true;
    if (entry.term < term) return true;
    term = entry.term;
  }
  return term > append.term;
}

}  // namespace

// Someone speaks as the leader of our term. False when that is another, or we ourselves: there is
// one leader a term, this one is not to be believed.
bool Node::State::follow(MemberId from) {
  if (leader != MemberId{} && leader != from) return false;
  if (role != Role::follower) become_follower(term, from);
  election_elapsed = 0;
  leader = from;
  return true;
}

void Node::State::on_append(const Message& message) {
  if (is_malformed(message) || !follow(message.from)) return;
  if (message.index < commit) return acknowledge(message.from, commit);
  if (!log.matches(message.index, message.log_term)) {
    const EntryLog::Place hint =
        log.last_possible_match(std::min(message.index, log.last_index()), message.log_term);
    send({.type = MessageType::append_response,
          .to = message.from,
          .term = term,
          .log_term = hint.term,
          .index = message.index,
          .reject = true,
          .reject_hint = hint.index});
    return;
  }
  store(message.entries);
  const Index last{message.index.value() + message.entries.size()};
  commit_to(std::min(message.commit, last));
  acknowledge(message.from, last);
}

void Node::State::acknowledge(MemberId to, Index index) {
  send({.type = MessageType::append_response, .to = to, .term = term, .index = index});
}

void Node::State::commit_to(Index index) {
  if (index <= commit) return;
  // A leader says this only of entries that we have acknowledged. If they are gone our disk lost
  // them, and taking part any longer could lose them for everybody.
  const Index held_as_promised = log.last_index();
  ENSURE(index <= held_as_promised);
  commit = index;
}

void Node::State::store(std::span<const Entry> entries) {
  const auto fresh = entries.subspan(log.count_known(entries));
  if (fresh.empty()) return;
  const Index first = fresh.front().index;
  ENSURE(first > commit);  // what is committed is never replaced
  if (first <= log.last_index()) {
    log.cut_from(first);
    writes.cut_after(first.prev());
    saved_index = std::min(saved_index, first.prev());
  }
  for (const Entry& entry : fresh) log.append(entry);
}

}  // namespace quorate::raft
