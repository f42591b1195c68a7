// Raft §6 and thesis chapter 4: changing who takes part.
#include <doctest/doctest.h>

#include "server/raft/describe.h"
#include "tests/raft/cluster.h"
#include "tests/raft/conf_change_text.h"
#include "tests/raft/members.h"

using namespace quorate;
using namespace quorate::raft;
using namespace quorate::raft::testing;

namespace {

std::string conf(const Cluster& cluster, MemberId id) {
  return raft::to_text(cluster.node(id).conf_state());
}

// Its log begins after 10, so that new members begin with a snapshot.
Cluster elected(std::uint64_t voters = 3) {
  Cluster::Options options;
  for (std::uint64_t id = 1; id <= voters; ++id) options.conf.voters.emplace_back(id);
  options.start = Index{10};
  Cluster cluster{options};
  cluster.elect(n1);
  return cluster;
}

void heartbeat(Cluster& cluster, MemberId leader) {
  cluster.tick(leader);
  cluster.stabilize();
}

}  // namespace

TEST_CASE("a cluster forms from the changes in its log, one member at a time") {
  DurableLog disk;
  disk.hard_state = {Term{1}, MemberId{}, Index{2}};
  for (const std::string_view text : {"add n1", "add n2"}) {
    disk.entries.push_back(
        {Term{1}, Index{disk.entries.size() + 1}, EntryType::conf_change, SharedBytes{text}});
  }
  Cluster cluster{Cluster::Options{}};
  cluster.add(n1, disk);
  cluster.add(n2, disk);
  cluster.tick(n1);
  cluster.tick(n2);
  CHECK(conf(cluster, n1) == "(n1 n2)");
  cluster.elect(n1);
  CHECK(cluster.node(n2).leader() == n1);
}

TEST_CASE("a new voter is brought up to date and then counts (Raft §6)") {
  Cluster cluster = elected(1);
  cluster.propose(n1, {"x"});
  cluster.add(n2);
  cluster.change(n1, "add n2");
  CHECK(conf(cluster, n1) == "(n1 n2)");
  cluster.stabilize();
  CHECK(cluster.node(n2).applied_index() == cluster.node(n1).applied_index());
  CHECK(conf(cluster, n2) == "(n1 n2)");
  cluster.isolate(n2);
  const Index before = cluster.node(n1).commit_index();
  cluster.propose(n1, {"y"});
  cluster.stabilize();
  CHECK(cluster.node(n1).commit_index() == before);
}

TEST_CASE("a learner gets everything but decides nothing (thesis §4.2.1)") {
  Cluster cluster = elected(1);
  cluster.add(n2);
  cluster.change(n1, "learner n2");
  cluster.stabilize();
  CHECK(conf(cluster, n2) == "(n1) learners(n2)");
  cluster.isolate(n2);
  cluster.propose(n1, {"x"});
  CHECK(cluster.applied(n1).back() == "x");
  cluster.rejoin(n2);
  heartbeat(cluster, n1);
  CHECK(cluster.applied(n2).back() == "x");
  cluster.change(n1, "add n2");
  cluster.stabilize();
  CHECK(conf(cluster, n2) == "(n1 n2)");
}

TEST_CASE("only one change at a time: the next becomes an empty entry (thesis §4.1)") {
  Cluster cluster = elected();
  cluster.change(n1, "learner n4");
  cluster.change(n1, "learner n5");
  cluster.stabilize();
  CHECK(conf(cluster, n1) == "(n1 n2 n3) learners(n4)");
  // It holds its place in the log, without a type and without data.
  CHECK(cluster.node(n1).last_index() == Index{13});
  CHECK(cluster.disk(n2).entries[2].type == EntryType::normal);
  CHECK(cluster.disk(n2).entries[2].data.empty());
  cluster.change(n1, "learner n5");
  cluster.stabilize();
  CHECK(conf(cluster, n1) == "(n1 n2 n3) learners(n4 n5)");
}

TEST_CASE("of two changes in one batch the second is refused, other proposals stay") {
  Cluster cluster = elected();
  Proposed batch;
  for (const std::string_view text : {"learner n4", "learner n5"}) {
    batch.proposals.push_back(proposal_of(conf_change_from(text)));
  }
  batch.proposals.push_back({EntryType::normal, SharedBytes{"x"}});
  cluster.step(n1, batch);
  cluster.stabilize();
  CHECK(conf(cluster, n3) == "(n1 n2 n3) learners(n4)");
  CHECK(cluster.applied(n3) == Values{"learner n4", "x"});
}

TEST_CASE("a new leader takes no change before it has applied all it began with") {
  Cluster cluster = elected();
  cluster.hold_apply(n2);
  cluster.propose(n1, {"x"});
  cluster.stabilize();
  cluster.tick(n3, 10);
  cluster.take_network();
  cluster.isolate(n1);
  cluster.campaign(n2);
  cluster.stabilize({n2, n3});
  REQUIRE(cluster.node(n2).role() == Role::leader);
  cluster.change(n2, "learner n4");
  cluster.stabilize({n2, n3});
  cluster.apply(n2);
  CHECK(conf(cluster, n2) == "(n1 n2 n3)");
  cluster.change(n2, "learner n4");
  cluster.stabilize({n2, n3});
  cluster.apply(n2);
  CHECK(conf(cluster, n2) == "(n1 n2 n3) learners(n4)");
}

TEST_CASE("entries behind a conf change wait until it is applied") {
  Cluster cluster = elected(1);
  cluster.hold_apply(n1);
  cluster.apply(n1);
  Proposed batch;
  batch.proposals.push_back(proposal_of(conf_change_from("learner n2")));
  batch.proposals.push_back({EntryType::normal, SharedBytes{"x"}});
  const Index before = cluster.node(n1).applied_index();
  cluster.step(n1, batch);
  cluster.take_trace();
  cluster.tick(n1);
  for (const std::string& line : cluster.take_trace()) CHECK(line.find("apply") == line.npos);
  cluster.apply(n1);
  CHECK(cluster.node(n1).applied_index() == Index{before.value() + 2});
}

TEST_CASE("a refused change leaves the configuration and lets the log go on") {
  Cluster cluster = elected();
  cluster.change(n1, "remove n0");
  cluster.stabilize();
  CHECK(conf(cluster, n2) == "(n1 n2 n3)");
  cluster.change(n1, "learner n4");
  cluster.stabilize();
  CHECK(conf(cluster, n2) == "(n1 n2 n3) learners(n4)");
}

TEST_CASE("what a change would do can be asked before it is applied") {
  Cluster cluster = elected(1);
  CHECK(cluster.node(n1).can_apply(conf_change_from("add n2")).has_value());
  CHECK_FALSE(cluster.node(n1).can_apply(conf_change_from("remove n1")).has_value());
  CHECK_FALSE(cluster.node(n1).can_apply(conf_change_from("")).has_value());
}

TEST_CASE("removing a voter that is away makes a quorum of the rest (Raft §6)") {
  Cluster cluster = elected(2);
  cluster.propose(n1, {"x"});
  cluster.stabilize();
  cluster.change(n1, "remove n2");
  cluster.deliver(Cluster::to(n2));
  cluster.deliver(Cluster::to(n1));
  CHECK(conf(cluster, n1) == "(n1)");
  cluster.isolate(n2);
  cluster.propose(n1, {"y"});
  CHECK(cluster.applied(n1).back() == "y");
}

TEST_CASE("fewer voters commit at once what was waiting for one that is gone (thesis §4.1)") {
  Cluster cluster = elected(3);
  cluster.isolate(n3);
  cluster.change(n1, "remove n3");
  cluster.propose(n1, {"x"});
  cluster.deliver(Cluster::to(n2));
  cluster.deliver(Cluster::to(n1));
  CHECK(conf(cluster, n1) == "(n1 n2)");
  CHECK(cluster.applied(n1).back() == "x");
}

TEST_CASE("a leader that removes itself hands over once that is applied (thesis §4.2.2)") {
  Cluster cluster = elected();
  cluster.change(n1, "remove n1");
  CHECK(cluster.node(n1).role() == Role::leader);
  cluster.stabilize();
  CHECK(conf(cluster, n2) == "(n2 n3)");
  // Without waiting for a timeout; the new leader has no reason to tell the old one.
  CHECK(cluster.leader() == n2);
  CHECK(cluster.node(n1).role() == Role::leader);
  const Actions actions = cluster.step(n1, Proposed{{{EntryType::normal, SharedBytes{"x"}}}});
  CHECK(actions.proposals_dropped);
  cluster.tick(n1, 10);
  CHECK(cluster.node(n1).role() == Role::follower);
  cluster.tick(n1, 100);
  CHECK(cluster.node(n1).role() == Role::follower);
}

TEST_CASE("a leader that removes itself and can hand over to nobody gives up after a timeout") {
  Cluster cluster = elected();
  cluster.change(n1, "remove n1");
  cluster.deliver(Cluster::to(n2));
  cluster.deliver(Cluster::to(n1));
  REQUIRE(conf(cluster, n1) == "(n2 n3)");
  cluster.drop(Cluster::any());
  cluster.isolate(n1);
  cluster.tick(n1, 9);
  CHECK(cluster.node(n1).role() == Role::leader);
  cluster.tick(n1, 1);
  CHECK(cluster.node(n1).role() == Role::follower);
}

TEST_CASE("a leader that has left does not count what it still writes (thesis §4.2.2)") {
  Cluster::Options options;
  options.conf.voters = {n1, n2, n3};
  options.disk = Cluster::Disk::slow;
  Cluster cluster{options};
  cluster.elect(n1);
  cluster.change(n1, "remove n1");
  cluster.write(n1);
  cluster.propose(n1, {"x"});
  cluster.deliver(Cluster::to(n2));
  cluster.write(n2);
  cluster.deliver(Cluster::to(n1));
  REQUIRE(conf(cluster, n1) == "(n2 n3)");
  // x is on n2 and now on n1: that is one of two.
  const Index commit = cluster.node(n1).commit_index();
  cluster.write(n1);
  CHECK(cluster.node(n1).commit_index() == commit);
}

TEST_CASE("until then the others hear from it that its removal is committed") {
  Cluster cluster = elected(2);
  cluster.change(n1, "remove n1");
  cluster.deliver(Cluster::to(n2));
  cluster.deliver(Cluster::to(n1));
  cluster.drop(Cluster::any());
  REQUIRE(conf(cluster, n1) == "(n2)");
  REQUIRE(conf(cluster, n2) == "(n1 n2)");
  cluster.tick(n1);
  cluster.deliver(Cluster::to(n2));
  CHECK(conf(cluster, n2) == "(n2)");
}

TEST_CASE("a member that is needed for a quorum and has left tells what is committed") {
  // n2 holds the change but not its commit, nor the entry behind it. By its own configuration it
  // needs the vote of n1, whose log is longer and who may not stand itself.
  Cluster cluster = elected(2);
  cluster.change(n1, "remove n1");
  cluster.deliver(Cluster::to(n2));
  cluster.isolate(n2);
  cluster.propose(n1, {"x"});
  cluster.deliver(Cluster::to(n1));
  REQUIRE(conf(cluster, n1) == "(n2)");
  REQUIRE(conf(cluster, n2) == "(n1 n2)");
  cluster.tick(n1, 20);
  cluster.rejoin(n2);
  REQUIRE(cluster.node(n1).role() == Role::follower);
  REQUIRE(cluster.node(n1).last_index() > cluster.node(n2).last_index());
  cluster.tick(n2, 30);
  cluster.stabilize();
  CHECK(conf(cluster, n2) == "(n2)");
  cluster.tick(n2, 30);
  CHECK(cluster.node(n2).role() == Role::leader);
}

TEST_CASE("what a removed member says moves nobody (thesis §4.2.3)") {
  Cluster cluster = elected();
  cluster.isolate(n3);
  cluster.change(n1, "remove n3");
  cluster.stabilize();
  cluster.step(
      n1, Received{{.type = MessageType::append_response, .to = n1, .from = n3, .term = Term{9}}});
  CHECK(cluster.leader() == n1);
  CHECK(cluster.node(n1).term() == Term{2});
}

TEST_CASE("a joint configuration decides with both majorities (thesis §4.3)") {
  Cluster cluster = elected(3);
  cluster.add(n4);
  cluster.add(n5);
  cluster.change(n1, "explicit add n4, add n5, remove n2, remove n3");
  cluster.stabilize({n1, n2, n3});
  REQUIRE(conf(cluster, n1) == "(n1 n4 n5)&(n1 n2 n3)");
  cluster.stabilize();
  REQUIRE(conf(cluster, n4) == "(n1 n4 n5)&(n1 n2 n3)");
  const Index before = cluster.node(n1).commit_index();

  SUBCASE("the old half alone does not commit") {
    cluster.isolate(n4);
    cluster.isolate(n5);
    cluster.propose(n1, {"x"});
    cluster.stabilize();
    CHECK(cluster.node(n1).commit_index() == before);
  }
  SUBCASE("nor does the new half") {
    cluster.isolate(n2);
    cluster.isolate(n3);
    cluster.propose(n1, {"x"});
    cluster.stabilize();
    CHECK(cluster.node(n1).commit_index() == before);
  }
  SUBCASE("one of each with the leader does") {
    cluster.isolate(n2);
    cluster.isolate(n5);
    cluster.propose(n1, {"x"});
    cluster.stabilize();
    CHECK(cluster.node(n1).commit_index() > before);
  }
  SUBCASE("other changes wait until it is left") {
    cluster.change(n1, "learner n3");
    cluster.stabilize();
    CHECK(conf(cluster, n1) == "(n1 n4 n5)&(n1 n2 n3)");
    cluster.change(n1, "");
    cluster.stabilize();
    CHECK(conf(cluster, n1) == "(n1 n4 n5)");
    CHECK(conf(cluster, n4) == "(n1 n4 n5)");
  }
}

TEST_CASE("what is not joint cannot be left: the proposal becomes an empty entry") {
  Cluster cluster = elected();
  cluster.change(n1, "");
  cluster.stabilize();
  CHECK(cluster.disk(n2).entries.back().type == EntryType::normal);
  CHECK(conf(cluster, n2) == "(n1 n2 n3)");
}

TEST_CASE("a joint configuration that leaves by itself is left by its leader (thesis §4.3)") {
  Cluster cluster = elected();
  cluster.add(n4);
  cluster.change(n1, "joint add n4, remove n3");
  cluster.stabilize();
  CHECK(conf(cluster, n1) == "(n1 n2 n4)");
  CHECK(conf(cluster, n4) == "(n1 n2 n4)");
}

TEST_CASE("if its leader is lost the next one leaves it (thesis §4.3)") {
  Cluster cluster = elected();
  cluster.add(n4);
  cluster.change(n1, "joint add n4");
  // n1 commits the change and is cut off before it can propose to leave.
  cluster.deliver([](const Message& message) { return message.to != n1; });
  cluster.deliver(Cluster::to(n1));
  REQUIRE(conf(cluster, n1) == "(n1 n2 n3 n4)&(n1 n2 n3) auto_leave");
  cluster.drop(Cluster::any());
  cluster.isolate(n1);
  for (const MemberId id : {n3, n4}) cluster.tick(id, 10);
  cluster.drop(Cluster::any());
  cluster.campaign(n2);
  cluster.stabilize({n2, n3, n4});
  for (int i = 0; i < 3; ++i) {
    cluster.tick(n2);
    cluster.stabilize({n2, n3, n4});
  }
  CHECK(conf(cluster, n2) == "(n1 n2 n3 n4)");
}

TEST_CASE("leaving by itself waits for the end of a transfer that fails") {
  Cluster cluster = elected();
  cluster.add(n4);
  cluster.isolate(n3);
  cluster.hold_apply(n1);
  cluster.change(n1, "joint add n4");
  cluster.stabilize({n1, n2});
  cluster.step(n1, TransferAsked{n3});
  cluster.apply(n1);
  REQUIRE(conf(cluster, n1) == "(n1 n2 n3 n4)&(n1 n2 n3) auto_leave");
  for (int i = 0; i < 15; ++i) {
    cluster.tick(n1);
    cluster.stabilize({n1, n2, n4});
    cluster.apply(n1);
  }
  CHECK(conf(cluster, n1) == "(n1 n2 n3 n4)");
}

TEST_CASE("demoted in a joint configuration, a voter votes until the end, then learns") {
  Cluster cluster = elected();
  cluster.change(n1, "explicit learner n3, learner n4");
  cluster.stabilize();
  CHECK(conf(cluster, n3) == "(n1 n2)&(n1 n2 n3) learners(n4) learners_next(n3)");
  cluster.change(n1, "");
  cluster.stabilize();
  CHECK(conf(cluster, n3) == "(n1 n2) learners(n3 n4)");
  cluster.tick(n3, 100);
  CHECK(cluster.node(n3).role() == Role::follower);
}

TEST_CASE("a member that was never told of the cluster learns of it from the log") {
  DurableLog disk;
  disk.hard_state = {Term{1}, MemberId{}, Index{1}};
  disk.entries.push_back({Term{1}, Index{1}, EntryType::conf_change, SharedBytes{"add n1"}});
  Cluster cluster{Cluster::Options{}};
  cluster.add(n1, disk);
  cluster.add(n2);
  cluster.tick(n1);
  cluster.elect(n1);
  cluster.change(n1, "add n2");
  // It knows nobody, starts at term 0 and says what it has: nothing.
  std::vector<Message> sent = cluster.take_network();
  const Message* probe = only(sent, MessageType::append);
  REQUIRE(probe != nullptr);
  CHECK(probe->index > Index{0});
  cluster.step(n2, Received{*probe});
  const std::vector<Message> answers = cluster.take_network();
  const Message* answer = only(answers, MessageType::append_response);
  REQUIRE(answer != nullptr);
  CHECK(answer->reject);
  CHECK(answer->reject_hint == Index{0});
  CHECK(answer->log_term == Term{0});
  cluster.step(n1, Received{*answer});
  cluster.stabilize();
  CHECK(conf(cluster, n2) == "(n1 n2)");
}
