// Thesis §3.10: handing over the lead.
#include <doctest/doctest.h>

#include "tests/raft/cluster.h"
#include "tests/raft/members.h"

using namespace quorate;
using namespace quorate::raft;
using namespace quorate::raft::testing;

namespace {
Cluster elected() {
  Cluster cluster = Cluster::of(3);
  cluster.elect(n1);
  return cluster;
}
}  // namespace

TEST_CASE("a member with the whole log takes over at once (thesis §3.10)") {
  Cluster cluster = elected();
  cluster.step(n1, TransferAsked{n2});
  CHECK(cluster.node(n1).transferring_to() == n2);
  const std::vector<Message> sent = cluster.take_network();
  REQUIRE(sent.size() == 1);
  CHECK(sent[0] ==
        Message{.type = MessageType::timeout_now, .to = n2, .from = n1, .term = Term{1}});
  cluster.step(n2, Received{sent[0]});
  // Without a pre-vote, and saying why, since the others still hear their leader.
  CHECK(cluster.node(n2).role() == Role::candidate);
  for (const Message& message : cluster.network()) {
    CHECK(message.type == MessageType::vote);
    CHECK(message.context.view() == "CampaignTransfer");
  }
  cluster.stabilize();
  CHECK(cluster.leader() == n2);
  CHECK(cluster.node(n1).leader() == n2);
  CHECK(cluster.node(n1).transferring_to() == MemberId{});
}

TEST_CASE("a follower passes the wish on to the leader") {
  Cluster cluster = elected();
  cluster.step(n2, TransferAsked{n3});
  CHECK(cluster.network().front() ==
        Message{.type = MessageType::transfer_leader, .to = n1, .from = n3, .term = Term{1}});
  cluster.stabilize();
  CHECK(cluster.leader() == n3);
}

TEST_CASE("who lags behind is brought up to date first (thesis §3.10)") {
  Cluster cluster = elected();
  cluster.isolate(n3);
  cluster.propose(n1, {"x"});
  cluster.stabilize();
  cluster.rejoin(n3);
  cluster.step(n1, TransferAsked{n3});
  CHECK(count(cluster.take_network(), MessageType::timeout_now) == 0);
  cluster.tick(n1);
  cluster.stabilize();
  CHECK(cluster.leader() == n3);
  CHECK(cluster.applied(n3) == Values{"x"});
}

TEST_CASE("nothing is proposed during a transfer (thesis §3.10)") {
  Cluster cluster = elected();
  cluster.isolate(n2);
  cluster.step(n1, TransferAsked{n2});
  const Actions actions = cluster.step(n1, Proposed{{{EntryType::normal, SharedBytes{"x"}}}});
  CHECK(actions.proposals_dropped);
  CHECK(cluster.node(n1).last_index() == Index{1});
}

TEST_CASE("a transfer that takes an election timeout is given up (thesis §3.10)") {
  Cluster cluster = elected();
  cluster.isolate(n2);
  cluster.step(n1, TransferAsked{n2});
  for (int i = 0; i < 10; ++i) {
    CHECK(cluster.node(n1).transferring_to() == n2);
    cluster.tick(n1);
    cluster.stabilize();
  }
  CHECK(cluster.node(n1).transferring_to() == MemberId{});
  CHECK(cluster.leader() == n1);
  cluster.propose(n1, {"x"});
  cluster.stabilize();
  CHECK(cluster.applied(n3) == Values{"x"});
}

TEST_CASE("learners, strangers and the leader itself cannot be asked to lead") {
  Cluster::Options options;
  options.conf.voters = {n1, n2};
  options.conf.learners = {n3};
  Cluster cluster{options};
  cluster.elect(n1);
  for (const MemberId to : {n1, n3, n4}) {
    cluster.step(n1, TransferAsked{to});
    CHECK(cluster.node(n1).transferring_to() == MemberId{});
    CHECK(cluster.network().empty());
  }
}

TEST_CASE("a second wish for the same member changes nothing, for another it replaces the first") {
  Cluster cluster = elected();
  cluster.isolate(n2);
  cluster.step(n1, TransferAsked{n2});
  cluster.tick(n1, 9);
  cluster.step(n1, TransferAsked{n2});
  cluster.tick(n1, 1);  // the time of the first wish is up
  CHECK(cluster.node(n1).transferring_to() == MemberId{});
  cluster.step(n1, TransferAsked{n2});
  cluster.step(n1, TransferAsked{n3});
  cluster.stabilize();
  CHECK(cluster.leader() == n3);
}

TEST_CASE("removing the member ends the transfer to it") {
  Cluster cluster = elected();
  cluster.isolate(n3);
  cluster.change(n1, "remove n3");
  cluster.step(n1, TransferAsked{n3});
  REQUIRE(cluster.node(n1).transferring_to() == n3);
  cluster.stabilize();
  CHECK(cluster.node(n1).transferring_to() == MemberId{});
}

TEST_CASE("who is no longer a member does not stand when it is told to") {
  Cluster cluster = elected();
  cluster.change(n1, "remove n3");
  cluster.stabilize();
  REQUIRE(cluster.node(n3).conf_state().voters.size() == 2);
  cluster.step(n3,
               Received{{.type = MessageType::timeout_now, .to = n3, .from = n1, .term = Term{1}}});
  CHECK(cluster.node(n3).role() == Role::follower);
}

TEST_CASE("a wish without a leader goes nowhere") {
  Cluster cluster = Cluster::of(3);
  cluster.step(n1, TransferAsked{n2});
  CHECK(cluster.network().empty());
}
