// Thesis §6.4: reads that see every write acknowledged before them, without writing themselves.
#include <doctest/doctest.h>

#include "tests/raft/cluster.h"
#include "tests/raft/members.h"

using namespace quorate;
using namespace quorate::raft;
using namespace quorate::raft::testing;

namespace {
Cluster elected(std::uint64_t voters = 3) {
  Cluster cluster = Cluster::of(voters);
  cluster.elect(n1);
  return cluster;
}
}  // namespace

TEST_CASE("a leader answers a read when a majority has confirmed its lead (thesis §6.4)") {
  Cluster cluster = elected();
  cluster.propose(n1, {"x"});
  cluster.stabilize();
  cluster.read(n1, "q");
  CHECK(cluster.reads(n1).empty());
  CHECK(count({cluster.network().begin(), cluster.network().end()}, MessageType::heartbeat) == 2);
  cluster.deliver(Cluster::to(n2));
  CHECK(cluster.reads(n1).empty());
  cluster.deliver(Cluster::to(n1));
  REQUIRE(cluster.reads(n1).size() == 1);
  CHECK(cluster.reads(n1)[0].context.view() == "q");
  CHECK(cluster.reads(n1)[0].index == Index{2});
}

TEST_CASE("the index is that of the question, not of the confirmation (thesis §6.4)") {
  Cluster cluster = elected();
  cluster.read(n1, "q");
  cluster.propose(n1, {"x"});
  cluster.stabilize();
  CHECK(cluster.reads(n1).at(0).index == Index{1});
}

TEST_CASE("a follower asks its leader (thesis §6.4)") {
  Cluster cluster = elected();
  cluster.propose(n1, {"x"});
  cluster.stabilize();
  cluster.read(n2, "q");
  // Without a term: it is a client's question that is passed on.
  CHECK(cluster.network().front() == Message{.type = MessageType::read_index,
                                             .to = n1,
                                             .from = n2,
                                             .entries = {{.data = SharedBytes{"q"}}}});
  cluster.stabilize();
  REQUIRE(cluster.reads(n2).size() == 1);
  CHECK(cluster.reads(n2)[0].index == Index{2});
  CHECK(cluster.reads(n1).empty());
}

TEST_CASE("a leader alone answers at once, also for its learners") {
  Cluster::Options options;
  options.conf.voters = {n1};
  options.conf.learners = {n2};
  Cluster cluster{options};
  cluster.elect(n1);
  cluster.read(n1, "q");
  CHECK(cluster.reads(n1).size() == 1);
  CHECK(cluster.network().empty());
  cluster.read(n2, "p");
  cluster.stabilize();
  CHECK(cluster.reads(n2).size() == 1);
}

TEST_CASE("a new leader answers no read before it has committed in its term (thesis §6.4)") {
  Cluster cluster = Cluster::of(3);
  cluster.campaign(n1);
  cluster.deliver([](const Message& message) { return message.to != n1; });
  cluster.deliver(Cluster::to(n1));
  cluster.deliver([](const Message& message) { return message.to != n1; });
  cluster.deliver(Cluster::to(n1));
  REQUIRE(cluster.leader() == n1);
  REQUIRE(cluster.node(n1).commit_index() == Index{0});
  cluster.read(n1, "q");
  cluster.tick(n1);
  cluster.deliver([](const Message& message) { return message.type == MessageType::heartbeat; });
  cluster.deliver(
      [](const Message& message) { return message.type == MessageType::heartbeat_response; });
  CHECK(cluster.reads(n1).empty());
  cluster.stabilize();
  REQUIRE(cluster.reads(n1).size() == 1);
  CHECK(cluster.reads(n1)[0].index == Index{1});
}

TEST_CASE("neither does a lone member after a restart: its commit index may be old") {
  Cluster cluster = Cluster::of(1, Cluster::Disk::slow);
  cluster.elect(n1);
  cluster.hold_apply(n1);
  cluster.propose(n1, {"x"});
  cluster.stabilize();
  REQUIRE(cluster.node(n1).commit_index() == Index{2});
  REQUIRE(cluster.disk(n1).hard_state.commit < Index{2});
  cluster.restart(n1);
  REQUIRE(cluster.node(n1).commit_index() < Index{2});
  cluster.campaign(n1);
  cluster.write(n1);
  REQUIRE(cluster.leader() == n1);
  cluster.read(n1, "q");
  CHECK(cluster.reads(n1).empty());
  cluster.write(n1);
  CHECK(cluster.reads(n1).at(0).index >= Index{2});
}

TEST_CASE("one round of heartbeats serves all reads that wait") {
  Cluster cluster = elected();
  cluster.read(n1, "a");
  cluster.read(n1, "b");
  cluster.read(n1, "c");
  // Only the last round gets through.
  std::vector<Message> sent = cluster.take_network();
  REQUIRE(sent.size() == 6);
  cluster.inject(sent[4]);
  cluster.stabilize();
  REQUIRE(cluster.reads(n1).size() == 3);
  CHECK(cluster.reads(n1)[0].context.view() == "a");
  CHECK(cluster.reads(n1)[2].context.view() == "c");
}

TEST_CASE("reads whose round was lost are confirmed by the next heartbeat") {
  Cluster cluster = elected();
  cluster.read(n1, "q");
  cluster.drop(Cluster::any());
  cluster.tick(n1);
  cluster.stabilize();
  CHECK(cluster.reads(n1).size() == 1);
}

TEST_CASE("an old leader that is cut off answers nothing, and says so when it steps down") {
  Cluster cluster = elected();
  cluster.isolate(n1);
  cluster.read(n1, "q");
  for (int i = 0; i < 19; ++i) cluster.tick(n1);
  CHECK(cluster.reads(n1).empty());
  cluster.take_trace();
  cluster.tick(n1);
  REQUIRE(cluster.node(n1).role() == Role::follower);
  CHECK(cluster.take_trace().at(1) == "n1 drops read q");
}

TEST_CASE("answers to an earlier lead confirm nothing in a later one") {
  Cluster cluster = elected();
  cluster.read(n1, "q");
  cluster.deliver(Cluster::to(n2));
  cluster.drop(Cluster::to(n3));
  std::vector<Message> late = cluster.take_network();
  REQUIRE(late.size() == 1);
  cluster.step(n1, TransferAsked{n2});
  cluster.stabilize();
  cluster.step(n2, TransferAsked{n1});
  cluster.stabilize();
  REQUIRE(cluster.leader() == n1);
  cluster.read(n1, "p");
  cluster.drop(Cluster::any());
  cluster.step(n1, Received{late[0]});
  CHECK(cluster.reads(n1).empty());
}

TEST_CASE("without a leader a read is dropped at once") {
  Cluster cluster = Cluster::of(3);
  const Actions actions = cluster.step(n1, ReadAsked{SharedBytes{"q"}});
  REQUIRE(actions.reads_dropped.size() == 1);
  CHECK(actions.reads_dropped[0].view() == "q");
}

TEST_CASE("learners ask like followers, and confirm nothing") {
  Cluster::Options options;
  options.conf.voters = {n1, n2};
  options.conf.learners = {n3};
  Cluster cluster{options};
  cluster.elect(n1);
  cluster.read(n3, "q");
  cluster.deliver(Cluster::to(n1));
  cluster.deliver(Cluster::to(n3));
  cluster.deliver(Cluster::to(n1));
  CHECK(cluster.reads(n3).empty());
  cluster.stabilize();
  CHECK(cluster.reads(n3).size() == 1);
}

TEST_CASE("reads that wait for a voter that is removed are answered by the rest") {
  Cluster cluster = elected(2);
  cluster.change(n1, "remove n2");
  cluster.deliver(Cluster::to(n2));
  cluster.read(n1, "q");
  cluster.drop(Cluster::to(n2));
  cluster.isolate(n2);
  cluster.deliver(Cluster::to(n1));
  CHECK(cluster.reads(n1).size() == 1);
}

TEST_CASE("a question that reaches an old leader is passed on to the new one") {
  Cluster cluster = elected();
  cluster.read(n3, "q");
  std::vector<Message> late = cluster.take_network();
  cluster.step(n1, TransferAsked{n2});
  cluster.stabilize();
  REQUIRE(cluster.leader() == n2);
  cluster.step(n1, Received{late.at(0)});
  cluster.stabilize();
  CHECK(cluster.reads(n3).size() == 1);
}

TEST_CASE("a question that is not exactly one is ignored") {
  Cluster cluster = elected();
  cluster.step(n1, Received{{.type = MessageType::read_index, .to = n1, .from = n2}});
  CHECK(cluster.network().empty());
}
