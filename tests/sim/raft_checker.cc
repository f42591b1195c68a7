#include "tests/sim/raft_checker.h"

#include <algorithm>
#include <functional>

#include "tests/sim/failure.h"

namespace quorate::sim {
namespace {

std::uint64_t data_hash(const raft::Entry& entry) {
  return std::hash<std::string_view>{}(entry.data.view()) + static_cast<std::uint64_t>(entry.type);
}

std::uint64_t key_of(Index index, Term term) {
  return index.value() << 24 | term.value();
}

bool is_majority(const std::vector<MemberId>& voters, const std::function<bool(MemberId)>& has_it) {
  return 2 * static_cast<std::size_t>(std::ranges::count_if(voters, has_it)) > voters.size();
}

}  // namespace

void RaftChecker::started(const Member& member) {
  Watched& watched = watched_[member.id()];
  watched = {};
  watched.commit = member.node()->commit_index();
  check_commit(*member.node(), Index{});
}

void RaftChecker::stepped(const Member& member, const raft::Actions& actions) {
  const raft::Node& node = *member.node();
  Watched& watched = watched_.at(member.id());
  if (const auto broken = watched.invariants.broken(node)) throw Failure{*broken};
  if (actions.persist) check_writes(node, *actions.persist);
  for (const raft::Message& message : actions.send) check_promises(member, message);
  const bool was_leader = std::exchange(watched.role, node.role()) == raft::Role::leader;
  if (node.role() == raft::Role::leader && !was_leader) check_leader(node);
  const Index before = std::exchange(watched.commit, node.commit_index());
  if (node.commit_index() > before) check_commit(node, before);
}

// Raft §5.3, log matching: an index and a term name one entry, and all that precedes it.
void RaftChecker::check_writes(const raft::Node& node, const raft::Persist& persist) {
  for (const raft::Entry& entry : persist.entries) {
    const Term previous = *node.term_of(entry.index.prev());
    const Known known{data_hash(entry), previous};
    const auto [found, is_new] = known_.try_emplace(key_of(entry.index, entry.term), known);
    claim(is_new || found->second.data_hash == known.data_hash,
          "log matching: one entry for an index and a term");
    claim(is_new || found->second.previous_term == known.previous_term,
          "log matching: and the same entry before it");
  }
}

// Thesis §3.8: what is promised is durable.
void RaftChecker::check_promises(const Member& member, const raft::Message& message) {
  if (message.reject) return;
  const raft::HardState durable = member.durable_hard_state();
  switch (message.type) {
    case raft::MessageType::vote_response: {
      claim(durable.term >= message.term, "a vote is durable: its term");
      claim(durable.term > message.term || durable.vote == message.to, "a vote is durable");
      const auto [voted, is_new] = votes_.try_emplace({message.from, message.term}, message.to);
      claim(is_new || voted->second == message.to, "one vote a term, also over crashes");
      return;
    }
    case raft::MessageType::vote:
      claim(durable.term >= message.term, "who asks for votes has its own on disk");
      claim(durable.term > message.term || durable.vote == message.from,
            "who asks for votes has voted for itself on disk");
      return;
    case raft::MessageType::append_response: {
      if (durable.term != message.term || message.index == Index{}) return;
      const std::optional<Term> term = member.node()->term_of(message.index);
      // What a leader of this term sent was not replaced within it.
      if (member.node()->term() != message.term || !term) return;
      claim(member.holds_durably(message.index, *term), "what is acknowledged is durable");
      return;
    }
    default:
      return;
  }
}

// Raft §5.2, election safety; §5.4, leader completeness.
void RaftChecker::check_leader(const raft::Node& node) {
  const auto [leader, is_new] = leaders_.try_emplace(node.term(), node.id());
  claim(leader->second == node.id(), "one leader a term");
  claim(is_new, "a term's leader leads it once");
  for (std::size_t i = committed_.size(); i > 0; --i) {
    const Index index{i};
    const Committed& entry = committed_[i - 1];
    if (index < node.first_index()) break;
    if (entry.known_in >= node.term()) continue;  // committed in a later term than this lead
    claim(node.term_of(index) == entry.term, "leader completeness");
  }
}

void RaftChecker::check_commit(const raft::Node& node, Index before) {
  if (node.role() == raft::Role::leader) check_replicas(node);
  for (Index index = before.next(); index <= node.commit_index(); index = index.next()) {
    const std::optional<Term> term = node.term_of(index);
    if (!term) continue;  // within a snapshot
    const bool is_first = index.value() == committed_.size() + 1;
    if (is_first) committed_.push_back({*term, node.term()});
    claim(index.value() <= committed_.size(), "what is committed was committed in order");
    claim(committed_[index.value() - 1].term == *term, "what is committed stays");
  }
}

// A leader commits what a quorum holds on disk (thesis §3.8, §4.3).
void RaftChecker::check_replicas(const raft::Node& node) {
  const Index index = node.commit_index();
  const Term term = *node.term_of(index);
  claim(term == node.term(), "a leader commits by an entry of its term (Raft §5.4.2)");
  const auto has_it = [&](MemberId id) {
    const Member* member = find_(id);
    return member != nullptr && member->holds_durably(index, term);
  };
  const raft::ConfState& conf = node.conf_state();
  claim(is_majority(conf.voters, has_it), "what is committed is on the disks of a majority");
  claim(conf.voters_outgoing.empty() || is_majority(conf.voters_outgoing, has_it),
        "and of a majority of those that are to go");
}

// Raft §5.4.3, state machine safety.
void RaftChecker::applied(const Member& member, const raft::Entry& entry,
                          std::uint64_t state_hash) {
  const Slot slot{entry.term, data_hash(entry), state_hash};
  claim(entry.index <= committed(), "what is applied is committed");
  claim(member.holds_durably(entry.index, entry.term), "what is applied is durable here");
  if (entry.index.value() == history_.size() + 1) history_.push_back(slot);
  claim(entry.index.value() <= history_.size(), "histories grow by one");
  const Slot& shared = history_[entry.index.value() - 1];
  claim(shared.term == slot.term, "state machine safety: the term");
  claim(shared.data_hash == slot.data_hash, "state machine safety: the entry");
  claim(shared.state_hash == slot.state_hash, "state machine safety: the state");
}

void RaftChecker::adopted(const Member&, Index index, std::uint64_t state_hash) {
  claim(index.value() <= history_.size(), "a snapshot is of the past");
  claim(history_[index.value() - 1].state_hash == state_hash, "a snapshot is of the history");
}

}  // namespace quorate::sim
