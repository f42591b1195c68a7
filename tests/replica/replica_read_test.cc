// Reads that wait to be linearizable.
#include <doctest/doctest.h>

#include "tests/replica/hand_member.h"

using namespace quorate;
using namespace quorate::replica;
using namespace quorate::replica::testing;

namespace {

HandMember::Options with(std::set<std::uint64_t> voters, std::size_t cache_bytes = 16 << 20) {
  HandMember::Options options = HandMember{}.options;
  options.voters = std::move(voters);
  options.config.cache_bytes_max = cache_bytes;
  return options;
}

// The questions sent since the last call, whether the leader still leads.
std::vector<SharedBytes> questions(HandMember& member) {
  std::vector<SharedBytes> asked;
  for (const auto& message : member.peers.sent) {
    if (!message.context.empty()) asked.push_back(message.context);
  }
  member.peers.sent.clear();
  return asked;
}

// What the other voter of two answers.
void hear(HandMember& member, raft::MessageType type, std::uint64_t term, Index index = {},
          SharedBytes context = {}) {
  raft::Message message;
  message.type = type;
  message.from = MemberId{2};
  message.to = MemberId{1};
  message.term = Term{term};
  message.index = index;
  message.context = std::move(context);
  member.replica->receive(std::move(message));
}

// Makes member 1 of {1, 2} leader, with everything of its log held by both.
void lead(HandMember& member) {
  member.run();
  while (member.replica->raft_status().role == raft::Role::follower) member.tick();
  const std::uint64_t term = member.replica->raft_status().term.value();
  hear(member, raft::MessageType::pre_vote_response, term + 1);
  member.run();
  hear(member, raft::MessageType::vote_response, term + 1);
  member.run();
  REQUIRE(member.replica->raft_status().role == raft::Role::leader);
  hear(member, raft::MessageType::append_response, term + 1, member.log.disk.last_index());
  member.run();
}

}  // namespace

TEST_CASE("a lone member's read goes ahead at the end of the turn") {
  HandMember member;
  member.run();
  const auto read = member.confirm_read();
  CHECK(read->error == "none yet");
  member.flush();
  CHECK(read->error == "ok");
}

TEST_CASE("what a reader proposes when it is answered waits for no tick") {
  HandMember member;
  member.run();
  AnswerPtr put;
  member.replica->confirm_read([&](const Status& /*status*/) { put = member.put("k", "v"); });
  member.flush();
  REQUIRE(put != nullptr);
  CHECK(!member.tasks.waiting.empty());  // another turn, at once
  member.run_without_table();
  CHECK(put->error() == "ok");
}

TEST_CASE("a read waits until everything committed before it is applied") {
  HandMember member{with({1}, 0)};
  member.run();
  (void)member.put("k", "old");
  member.run();
  const auto txn = member.txn(put_if_value("k", "old", "new"));
  member.flush();
  member.log.sync_one();
  const auto read = member.confirm_read();
  member.flush();
  CHECK(read->error == "none yet");
  member.table.read_one();
  CHECK(txn->error() == "ok");
  CHECK(read->error == "ok");
}

TEST_CASE(
    "a leader's reads wait for the others to say that it still leads; one question serves all") {
  HandMember member{with({1, 2})};
  lead(member);
  const std::uint64_t term = member.replica->raft_status().term.value();
  (void)questions(member);
  const auto first = member.confirm_read();
  const auto second = member.confirm_read();
  member.flush();
  CHECK(first->error == "none yet");
  const auto asked = questions(member);
  REQUIRE(asked.size() == 1);

  const auto third = member.confirm_read();  // after the question: it needs one of its own
  member.flush();
  CHECK(questions(member).empty());
  hear(member, raft::MessageType::heartbeat_response, term, {}, asked[0]);
  CHECK(first->error == "ok");
  CHECK(second->error == "ok");
  CHECK(third->error == "none yet");
  member.flush();
  const auto again = questions(member);
  REQUIRE(again.size() == 1);
  CHECK(again[0] != asked[0]);
}

TEST_CASE("a question without an answer is asked again, and its readers are told when time is up") {
  HandMember member{with({1, 2})};
  member.options.config.raft.check_quorum = false;
  member.options.config.request_timeout_ticks = 12;
  member.restart();
  lead(member);
  const auto read = member.confirm_read();
  member.flush();
  (void)questions(member);
  member.tick(5);
  CHECK(read->error == "none yet");
  CHECK_FALSE(questions(member).empty());
  member.tick(7);
  CHECK(read->error == "etcdserver: request timed out");
}

TEST_CASE("without a leader a read waits for one, and is told when its time is up") {
  HandMember member{with({1, 2})};
  member.run();
  const auto read = member.confirm_read();
  member.tick(69);
  CHECK(read->error == "none yet");
  member.tick(1);
  CHECK(read->error == "etcdserver: request timed out");
}

TEST_CASE("a new leader ends the reads that asked the one before it") {
  HandMember member{with({1, 2})};
  lead(member);
  const std::uint64_t term = member.replica->raft_status().term.value();
  const auto read = member.confirm_read();
  member.flush();
  hear(member, raft::MessageType::heartbeat, term + 1);
  member.run();
  CHECK(read->error == "etcdserver: leader changed");
}
