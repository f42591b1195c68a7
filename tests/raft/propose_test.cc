// Proposals: taken by leaders, passed on by followers, dropped without either (thesis §6.2).
#include <doctest/doctest.h>

#include "tests/raft/cluster.h"
#include "tests/raft/members.h"

using namespace quorate;
using namespace quorate::raft;
using namespace quorate::raft::testing;

TEST_CASE("a follower passes proposals on to the leader, without a term") {
  Cluster cluster = Cluster::of(3);
  cluster.elect(n1);
  cluster.propose(n2, {"a", "b"});
  REQUIRE(cluster.network().size() == 1);
  const Message& forward = cluster.network().front();
  CHECK(forward.type == MessageType::propose);
  CHECK(forward.to == n1);
  CHECK(forward.from == n2);
  CHECK(forward.term == Term{0});
  REQUIRE(forward.entries.size() == 2);
  CHECK(forward.entries[0].index == Index{0});
  CHECK(forward.entries[0].data.view() == "a");
  cluster.stabilize();
  CHECK(cluster.applied(n2) == Values{"a", "b"});
}

TEST_CASE("a learner passes proposals on as well") {
  Cluster::Options options;
  options.conf.voters = {n1};
  options.conf.learners = {n2};
  Cluster cluster{options};
  cluster.elect(n1);
  cluster.tick(n1);
  cluster.stabilize();
  cluster.propose(n2, {"a"});
  cluster.stabilize();
  CHECK(cluster.applied(n1) == Values{"a"});
}

TEST_CASE("conf changes are passed on with their type") {
  Cluster cluster = Cluster::of(3);
  cluster.elect(n1);
  cluster.change(n2, "learner n4");
  CHECK(cluster.network().front().entries.at(0).type == EntryType::conf_change);
  cluster.stabilize();
  CHECK(cluster.node(n3).conf_state().learners == std::vector{n4});
}

TEST_CASE("without a leader proposals are dropped, by candidates too") {
  Cluster cluster = Cluster::of(3);
  const Proposed x{{{EntryType::normal, SharedBytes{"x"}}}};
  CHECK(cluster.step(n1, x).proposals_dropped);
  cluster.campaign(n1);
  CHECK(cluster.step(n1, x).proposals_dropped);
  CHECK(cluster.node(n1).last_index() == Index{0});
}

TEST_CASE("proposals that reach who leads no more go on to the new leader") {
  Cluster cluster = Cluster::of(3);
  cluster.elect(n1);
  cluster.propose(n3, {"x"});
  std::vector<Message> late = cluster.take_network();
  cluster.step(n1, TransferAsked{n2});
  cluster.stabilize();
  cluster.step(n1, Received{late.at(0)});
  cluster.stabilize();
  CHECK(cluster.applied(n3) == Values{"x"});
}

TEST_CASE("an entry shares its bytes with the proposal, on its way to disk and peers too") {
  Cluster cluster = Cluster::of(3, Cluster::Disk::slow);
  cluster.elect(n1);
  const SharedBytes data{"x"};
  const Actions actions = cluster.step(n1, Proposed{{{EntryType::normal, data}}});
  CHECK(actions.persist->entries.at(0).data.view().data() == data.view().data());
  for (const Message& message : actions.send) {
    CHECK(message.entries.at(0).data.view().data() == data.view().data());
  }
}

TEST_CASE("proposals given away do the same as those that are shown") {
  Node node{{.id = n1}, Rng{1}, Restored{.hard_state = {}, .conf = {.voters = {n1}}}};
  std::vector<Proposal> batch(1);
  batch[0].data = SharedBytes{"x"};
  CHECK(node.propose(batch).proposals_dropped);
  const Actions campaign = node.step(Campaign{});
  REQUIRE(campaign.persist.has_value());
  const Actions elected = node.step(Persisted{campaign.persist->id});
  REQUIRE(node.role() == Role::leader);
  const Actions proposed = node.propose(batch);
  CHECK_FALSE(proposed.proposals_dropped);
  REQUIRE(proposed.persist.has_value());
  CHECK(proposed.persist->entries.at(0).index == Index{2});
  const Actions done = node.step(Persisted{proposed.persist->id});
  REQUIRE(done.apply.size() == 2);
  CHECK(done.apply[1].data.view() == "x");
}
