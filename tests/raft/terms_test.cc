// Raft §5.1: terms are the logical clock, and what is older or newer is told apart by them.
#include <doctest/doctest.h>

#include "tests/raft/cluster.h"
#include "tests/raft/members.h"

using namespace quorate;
using namespace quorate::raft;
using namespace quorate::raft::testing;

namespace {

Received heartbeat(MemberId from, MemberId to, std::uint64_t term) {
  return {{.type = MessageType::heartbeat, .to = to, .from = from, .term = Term{term}}};
}

Received append(MemberId from, MemberId to, std::uint64_t term) {
  return {{.type = MessageType::append, .to = to, .from = from, .term = Term{term}}};
}

}  // namespace

TEST_CASE("a follower takes over a newer term, and with it the leader (Raft §5.1)") {
  Cluster cluster = Cluster::of(3);
  cluster.step(n1, heartbeat(n2, n1, 7));
  CHECK(cluster.node(n1).term() == Term{7});
  CHECK(cluster.node(n1).leader() == n2);
  cluster.step(n1, append(n3, n1, 9));
  CHECK(cluster.node(n1).term() == Term{9});
  CHECK(cluster.node(n1).leader() == n3);
}

TEST_CASE("a candidate steps down on a newer term (Raft §5.1)") {
  Cluster cluster = Cluster::of(3);
  cluster.campaign(n1);
  cluster.step(n1, append(n2, n1, 5));
  CHECK(cluster.node(n1).role() == Role::follower);
  CHECK(cluster.node(n1).term() == Term{5});
}

TEST_CASE("a leader steps down on a newer term, even from an answer (Raft §5.1)") {
  Cluster cluster = Cluster::of(3);
  cluster.elect(n1);
  cluster.step(
      n1, Received{{.type = MessageType::append_response, .to = n1, .from = n2, .term = Term{8}}});
  CHECK(cluster.node(n1).role() == Role::follower);
  CHECK(cluster.node(n1).term() == Term{8});
  CHECK(cluster.node(n1).leader() == MemberId{});
}

TEST_CASE("a vote is forgotten with its term and remembered within it (Raft §5.2)") {
  Cluster cluster = Cluster::of(3);
  cluster.step(n1, Received{{.type = MessageType::vote, .to = n1, .from = n2, .term = Term{3}}});
  CHECK(cluster.node(n1).hard_state().vote == n2);
  cluster.step(n1, heartbeat(n3, n1, 4));
  CHECK(cluster.node(n1).hard_state().vote == MemberId{});
}

TEST_CASE("entries of an older term's leader are not taken (Raft §5.1)") {
  Cluster cluster = Cluster::of(3);
  cluster.step(n1, heartbeat(n2, n1, 5));
  cluster.take_network();
  cluster.step(n1, Received{{.type = MessageType::append,
                             .to = n1,
                             .from = n3,
                             .term = Term{4},
                             .entries = entries_after(0, {4})}});
  CHECK(cluster.node(n1).last_index() == Index{0});
  CHECK(cluster.node(n1).leader() == n2);
}

TEST_CASE("an older leader is told our term, as etcd does, so that it steps down") {
  Cluster cluster = Cluster::of(3);
  cluster.step(n1, heartbeat(n2, n1, 5));
  cluster.take_network();
  for (const Received& stale : {heartbeat(n3, n1, 4), append(n3, n1, 4)}) {
    cluster.step(n1, stale);
    const std::vector<Message> sent = cluster.take_network();
    REQUIRE(sent.size() == 1);
    CHECK(sent[0] ==
          Message{.type = MessageType::append_response, .to = n3, .from = n1, .term = Term{5}});
  }
}

TEST_CASE("so a learner comes back whose term ran ahead when it was a voter") {
  for (const bool has_leases : {true, false}) {
    Cluster::Options options;
    options.conf.voters = {n1, n2};
    options.conf.learners = {n3};
    options.config.pre_vote = has_leases;
    options.config.check_quorum = has_leases;
    Cluster cluster{options};
    cluster.elect(n1);
    cluster.step(n3, heartbeat(n2, n3, 9));
    cluster.take_network();
    cluster.tick(n1);
    cluster.stabilize();
    CHECK(cluster.node(n1).term() == Term{9});
    for (int i = 0; i < 40; ++i) {
      cluster.tick(n1);
      cluster.tick(n2);
      cluster.stabilize();
    }
    CHECK(cluster.leader() != MemberId{});
    CHECK(cluster.node(n3).leader() == cluster.leader());
  }
}

TEST_CASE("other messages of an older term are dropped (Raft §5.1)") {
  Cluster cluster = Cluster::of(3);
  cluster.step(n1, heartbeat(n2, n1, 5));
  cluster.take_network();
  for (const MessageType type :
       {MessageType::vote, MessageType::vote_response, MessageType::append_response,
        MessageType::heartbeat_response, MessageType::snapshot, MessageType::timeout_now,
        MessageType::transfer_leader, MessageType::read_index_response}) {
    cluster.step(n1, Received{{.type = type, .to = n1, .from = n3, .term = Term{4}}});
    CHECK(cluster.network().empty());
    CHECK(cluster.node(n1).role() == Role::follower);
    CHECK(cluster.node(n1).leader() == n2);
  }
}
