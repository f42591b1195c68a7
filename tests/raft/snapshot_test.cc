// Raft §7: members that are so far behind that the log is no longer there.
#include <doctest/doctest.h>

#include "server/raft/describe.h"
#include "tests/raft/cluster.h"
#include "tests/raft/members.h"

using namespace quorate;
using namespace quorate::raft;
using namespace quorate::raft::testing;

namespace {

const ConfState kThree{.voters = {n1, n2, n3}};

// n3 was away while n1 and n2 committed three entries and forgot them.
Cluster compacted() {
  Cluster cluster = Cluster::of(3);
  cluster.elect(n1);
  cluster.isolate(n3);
  cluster.propose(n1, {"a", "b", "c"});
  cluster.stabilize();
  cluster.compact(n1, Index{4});
  cluster.compact(n2, Index{4});
  cluster.rejoin(n3);
  return cluster;
}

Received snapshot(std::uint64_t index, std::uint64_t term, const ConfState& conf = kThree) {
  return {{.type = MessageType::snapshot,
           .to = n1,
           .from = n2,
           .term = Term{5},
           .snapshot = SnapshotMeta{Index{index}, Term{term}, conf}}};
}

}  // namespace

TEST_CASE("a follower whose entries are gone gets a snapshot, then the log goes on (Raft §7)") {
  Cluster cluster = compacted();
  cluster.tick(n1);
  cluster.stabilize();
  CHECK(cluster.node(n3).applied_index() == Index{4});
  CHECK(cluster.node(n3).first_index() == Index{5});
  cluster.propose(n1, {"d"});
  cluster.stabilize();
  CHECK(cluster.applied(n3) == Values{"d"});
}

TEST_CASE("a snapshot says what is applied, and the configuration of that point") {
  Cluster cluster = compacted();
  cluster.tick(n1);
  const Message* sent = nullptr;
  std::vector<Message> messages;
  for (int round = 0; round < 10 && sent == nullptr; ++round) {
    messages = cluster.take_network();
    sent = only(messages, MessageType::snapshot);
    if (sent != nullptr) break;
    for (const Message& message : messages) cluster.inject(message);
    cluster.deliver(Cluster::any());
  }
  REQUIRE(sent != nullptr);
  CHECK(sent->to == n3);
  CHECK(sent->term == Term{1});
  CHECK(sent->snapshot == SnapshotMeta{Index{4}, Term{1}, kThree});
}

TEST_CASE("nothing is sent to a follower while its snapshot is under way") {
  Cluster cluster = compacted();
  cluster.tick(n1);
  cluster.deliver(Cluster::to(n3));
  cluster.deliver(Cluster::to(n1));  // an append, which n3 rejects
  cluster.deliver(Cluster::to(n3));
  cluster.deliver(Cluster::to(n1));
  const std::vector<Message> sent = cluster.take_network();
  REQUIRE(only(sent, MessageType::snapshot) != nullptr);
  CHECK(cluster.node(n1).progress().at(2).state == ProgressState::snapshot);
  cluster.propose(n1, {"d"});
  for (const Message& message : cluster.take_network()) CHECK(message.to == n2);

  SUBCASE("it was lost: the next heartbeat leads to another") {
    cluster.step(n1, SnapshotReported{n3, false});
    CHECK(cluster.node(n1).progress().at(2).state == ProgressState::probe);
    cluster.tick(n1);
    cluster.stabilize();
    CHECK(cluster.node(n3).last_index() == Index{5});
  }
  SUBCASE("it arrived: the log goes on behind it") {
    cluster.step(n1, SnapshotReported{n3, true});
    CHECK(cluster.node(n1).progress().at(2).next == Index{5});
    cluster.inject(*only(sent, MessageType::snapshot));
    cluster.stabilize();
    CHECK(cluster.applied(n3) == Values{"d"});
  }
}

TEST_CASE("a snapshot goes only to who was heard of lately") {
  Cluster cluster = compacted();
  cluster.isolate(n3);
  for (int i = 0; i < 25; ++i) {
    cluster.tick(n1);
    cluster.stabilize({n1, n2});
  }
  cluster.rejoin(n3);
  cluster.step(n1, Unreachable{n3});
  cluster.propose(n1, {"d"});
  for (const Message& message : cluster.take_network()) CHECK(message.to != n3);
}

TEST_CASE("any snapshot that reconnects a follower to the log will do") {
  Cluster cluster = compacted();
  cluster.tick(n1);
  cluster.stabilize({n1, n2});
  // n3 got its state elsewhere, up to 4, while the leader waits for one of its own.
  cluster.deliver(Cluster::to(n3));
  cluster.deliver(Cluster::to(n1));
  cluster.deliver(Cluster::to(n3));
  cluster.deliver(Cluster::to(n1));
  REQUIRE(cluster.node(n1).progress().at(2).state == ProgressState::snapshot);
  cluster.take_network();
  cluster.step(n1, Received{{.type = MessageType::append_response,
                             .to = n1,
                             .from = n3,
                             .term = Term{1},
                             .index = Index{4}}});
  CHECK(cluster.node(n1).progress().at(2).state == ProgressState::replicate);
}

TEST_CASE("a received snapshot replaces log and configuration (Raft §7)") {
  Cluster cluster = Cluster::of(3);
  cluster.step(n1, Received{{.type = MessageType::append,
                             .to = n1,
                             .from = n2,
                             .term = Term{4},
                             .entries = entries_after(0, {3, 4})}});
  cluster.take_network();
  ConfState conf = kThree;
  conf.learners = {n4};
  cluster.step(n1, snapshot(9, 5, conf));
  CHECK(cluster.node(n1).last_index() == Index{9});
  CHECK(cluster.node(n1).commit_index() == Index{9});
  CHECK(cluster.node(n1).term_of(Index{9}) == Term{5});
  CHECK(cluster.node(n1).conf_state() == conf);
  CHECK(cluster.disk(n1).start_index == Index{9});
  const std::vector<Message> sent = cluster.take_network();
  CHECK(only(sent, MessageType::append_response)->index == Index{9});
}

TEST_CASE("a snapshot is acknowledged once it is durable, and stands before that in nobody's way") {
  Cluster cluster = Cluster::of(3, Cluster::Disk::slow);
  cluster.step(n1, snapshot(9, 5));
  cluster.step(n1, Received{{.type = MessageType::append,
                             .to = n1,
                             .from = n2,
                             .term = Term{5},
                             .log_term = Term{5},
                             .index = Index{9},
                             .entries = entries_after(9, {5}),
                             .commit = Index{10}}});
  CHECK(cluster.network().empty());
  CHECK(cluster.node(n1).applied_index() == Index{0});
  cluster.write(n1, 1);
  CHECK(only(cluster.take_network(), MessageType::append_response)->index == Index{9});
  CHECK(cluster.node(n1).applied_index() == Index{9});
  cluster.write(n1, 1);
  CHECK(cluster.node(n1).applied_index() == Index{10});
}

TEST_CASE("nobody stands for election with a state that is still on its way") {
  Cluster cluster = Cluster::of(3);
  cluster.hold_apply(n1);
  cluster.step(n1, snapshot(9, 5));
  cluster.campaign(n1);
  CHECK(cluster.node(n1).role() == Role::follower);
  cluster.apply(n1);
  cluster.campaign(n1);
  CHECK(cluster.node(n1).role() == Role::pre_candidate);
}

TEST_CASE("entries behind a snapshot are handed out once the state machine has adopted it") {
  Cluster cluster = Cluster::of(3);
  cluster.hold_apply(n1);
  cluster.step(n1, snapshot(9, 5));
  cluster.step(n1, Received{{.type = MessageType::append,
                             .to = n1,
                             .from = n2,
                             .term = Term{5},
                             .log_term = Term{5},
                             .index = Index{9},
                             .entries = entries_after(9, {5}),
                             .commit = Index{10}}});
  const std::vector<std::string> before = cluster.take_trace();
  CHECK(before.back().find("apply") == std::string::npos);
  cluster.apply(n1);
  CHECK(cluster.take_trace() == std::vector<std::string>{"n1 apply 10/5"});
}

TEST_CASE("an old snapshot is answered with what is committed") {
  Cluster cluster = Cluster::of(3);
  cluster.step(n1, snapshot(9, 5));
  cluster.take_network();
  cluster.step(n1, snapshot(7, 5));
  const std::vector<Message> sent = cluster.take_network();
  CHECK(only(sent, MessageType::append_response)->index == Index{9});
  CHECK(cluster.node(n1).first_index() == Index{10});
}

TEST_CASE("a snapshot of what the log holds anyway only commits it (Raft §7)") {
  Cluster cluster = Cluster::of(3);
  cluster.step(n1, Received{{.type = MessageType::append,
                             .to = n1,
                             .from = n2,
                             .term = Term{5},
                             .entries = entries_after(0, {3, 4, 5})}});
  cluster.take_network();
  cluster.step(n1, snapshot(2, 4));
  CHECK(cluster.node(n1).first_index() == Index{1});
  CHECK(cluster.node(n1).last_index() == Index{3});
  CHECK(cluster.node(n1).commit_index() == Index{2});
  const std::vector<Message> sent = cluster.take_network();
  CHECK(only(sent, MessageType::append_response)->index == Index{2});
}

TEST_CASE("snapshots that do not know this member, or make no sense, are left alone") {
  Cluster cluster = Cluster::of(3);
  ConfState without = kThree;
  without.voters = {n2, n3};
  ConfState unsound = kThree;
  unsound.learners = {n1};
  cluster.step(n1, snapshot(9, 5, without));
  cluster.step(n1, snapshot(9, 5, unsound));
  cluster.step(n1, snapshot(9, 6));  // newer than the term it comes in
  cluster.step(n1,
               Received{{.type = MessageType::snapshot, .to = n1, .from = n2, .term = Term{5}}});
  CHECK(cluster.node(n1).last_index() == Index{0});
  CHECK(cluster.node(n1).conf_state() == kThree);
  for (const Message& message : cluster.take_network()) CHECK(message.index == Index{0});
}

TEST_CASE("a learner, and a voter that is on its way out, accept snapshots") {
  for (const bool is_learner : {true, false}) {
    Cluster cluster = Cluster::of(3);
    ConfState conf;
    conf.voters = {n2, n3};
    if (is_learner) {
      conf.learners = {n1};
    } else {
      conf.voters_outgoing = {n1, n2};
    }
    cluster.step(n1, snapshot(9, 5, conf));
    CHECK(cluster.node(n1).last_index() == Index{9});
  }
}

TEST_CASE("a configuration out of order, as a peer may send it, is sorted") {
  Cluster cluster = Cluster::of(3);
  ConfState conf = kThree;
  conf.voters = {n3, n1, n2};
  cluster.step(n1, snapshot(9, 5, conf));
  CHECK(cluster.node(n1).conf_state() == kThree);
}

TEST_CASE("a crash while a snapshot is written leaves the old log or the new state") {
  for (const std::size_t survived : {std::size_t{0}, std::size_t{1}}) {
    Cluster cluster = Cluster::of(3, Cluster::Disk::slow);
    cluster.step(n1, Received{{.type = MessageType::append,
                               .to = n1,
                               .from = n2,
                               .term = Term{5},
                               .entries = entries_after(0, {3, 4})}});
    cluster.write(n1);
    cluster.step(n1, snapshot(9, 5));
    cluster.restart(n1, survived);
    CHECK(cluster.node(n1).last_index() == Index{survived == 0 ? 2u : 9u});
    CHECK(cluster.node(n1).applied_index() == Index{survived == 0 ? 0u : 9u});
  }
}

TEST_CASE("a conf change that a snapshot overtook may still be reported, and has no effect") {
  Cluster cluster = Cluster::of(3);
  cluster.hold_apply(n1);
  Entry change{.term = Term{5},
               .index = Index{1},
               .type = EntryType::conf_change,
               .data = SharedBytes{"remove n3"}};
  cluster.step(n1, Received{{.type = MessageType::append,
                             .to = n1,
                             .from = n2,
                             .term = Term{5},
                             .entries = {change},
                             .commit = Index{1}}});
  cluster.step(n1, snapshot(9, 5));
  cluster.step(n1, ConfApplied{Index{1}, {{}, {{ConfChangeType::remove, n3}}}});
  CHECK(cluster.node(n1).conf_state() == kThree);
}

TEST_CASE("compaction leaves the rest of the log and its matching point in place (Raft §7)") {
  Cluster cluster = Cluster::of(3);
  cluster.elect(n1);
  cluster.propose(n1, {"a", "b", "c"});
  cluster.stabilize();
  cluster.compact(n1, Index{2});
  CHECK(cluster.log(n1) == "3/1 4/1");
  CHECK(cluster.node(n1).term_of(Index{2}) == Term{1});
  cluster.propose(n1, {"d"});
  cluster.stabilize();
  CHECK(cluster.applied(n2).back() == "d");
}
