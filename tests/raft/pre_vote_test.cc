// Thesis §9.6 (pre-vote), §4.2.3 (no votes while a leader is heard), §6.2 (a leader that hears no
// majority steps down).
#include <doctest/doctest.h>

#include "tests/raft/cluster.h"
#include "tests/raft/members.h"

using namespace quorate;
using namespace quorate::raft;
using namespace quorate::raft::testing;

namespace {

Cluster with(bool pre_vote, bool check_quorum, std::uint64_t voters = 3) {
  Cluster::Options options;
  for (std::uint64_t id = 1; id <= voters; ++id) options.conf.voters.emplace_back(id);
  options.config.pre_vote = pre_vote;
  options.config.check_quorum = check_quorum;
  return Cluster{options};
}

// Time passes for a member that hears nothing, without what it sends meanwhile.
void forget_leader(Cluster& cluster, MemberId id) {
  cluster.tick(id, 10);
  cluster.drop([id](const Message& message) { return message.from == id; });
}

}  // namespace

TEST_CASE("a pre-candidate keeps its term and asks for the next one (thesis §9.6)") {
  Cluster cluster = with(true, true);
  cluster.campaign(n1);
  CHECK(cluster.node(n1).role() == Role::pre_candidate);
  CHECK(cluster.node(n1).term() == Term{0});
  CHECK(cluster.node(n1).hard_state().vote == MemberId{});
  const std::vector<Message> sent = cluster.take_network();
  REQUIRE(sent.size() == 2);
  CHECK(sent[0] == Message{.type = MessageType::pre_vote, .to = n2, .from = n1, .term = Term{1}});
}

TEST_CASE("a granted pre-vote binds nobody: no vote, no new term, no patience (thesis §9.6)") {
  Cluster cluster = with(true, true);
  for (const MemberId candidate : {n2, n3}) {
    cluster.step(
        n1,
        Received{{.type = MessageType::pre_vote, .to = n1, .from = candidate, .term = Term{4}}});
    const std::vector<Message> sent = cluster.take_network();
    CHECK(sent.at(0) == Message{.type = MessageType::pre_vote_response,
                                .to = candidate,
                                .from = n1,
                                .term = Term{4}});
  }
  CHECK(cluster.node(n1).hard_state() == HardState{});
}

TEST_CASE("a pre-vote is refused to an incomplete log, with one's own term and what is committed") {
  Cluster cluster = with(true, true);
  cluster.elect(n1);
  forget_leader(cluster, n2);
  cluster.step(n2,
               Received{{.type = MessageType::pre_vote, .to = n2, .from = n3, .term = Term{2}}});
  CHECK(cluster.take_network().at(0) == Message{.type = MessageType::pre_vote_response,
                                                .to = n3,
                                                .from = n2,
                                                .term = Term{1},
                                                .log_term = Term{1},
                                                .commit = Index{1},
                                                .reject = true});
}

TEST_CASE("a pre-vote for an older term is refused with the newer one, as etcd does") {
  Cluster cluster = with(true, true);
  cluster.elect(n1);
  forget_leader(cluster, n2);
  cluster.step(n2,
               Received{{.type = MessageType::heartbeat, .to = n2, .from = n1, .term = Term{6}}});
  cluster.take_network();
  cluster.step(n2,
               Received{{.type = MessageType::pre_vote, .to = n2, .from = n3, .term = Term{5}}});
  const Message answer = cluster.take_network().at(0);
  CHECK(answer.reject);
  CHECK(answer.term == Term{6});
  cluster.campaign(n3);
  cluster.step(n3, Received{answer});
  CHECK(cluster.node(n3).role() == Role::follower);
  CHECK(cluster.node(n3).term() == Term{6});
}

TEST_CASE("who was cut off comes back without disturbing the leader (thesis §9.6)") {
  Cluster cluster = with(true, true);
  cluster.elect(n1);
  cluster.isolate(n3);
  cluster.tick(n3, 200);
  CHECK(cluster.node(n3).role() == Role::pre_candidate);
  CHECK(cluster.node(n3).term() == Term{1});
  cluster.rejoin(n3);
  cluster.campaign(n3);
  cluster.stabilize();
  cluster.tick(n1);
  cluster.stabilize();
  CHECK(cluster.leader() == n1);
  CHECK(cluster.node(n1).term() == Term{1});
  CHECK(cluster.node(n3).leader() == n1);
}

TEST_CASE("without pre-vote who comes back forces an election, and is heard by the leader") {
  Cluster cluster = with(false, true);
  cluster.elect(n1);
  cluster.isolate(n3);
  cluster.tick(n3, 50);
  const Term stuck = cluster.node(n3).term();
  REQUIRE(stuck > Term{1});
  cluster.rejoin(n3);
  // The others do not listen to its requests; but its answer to the heartbeat tells the term.
  cluster.tick(n1);
  cluster.stabilize();
  CHECK(cluster.node(n1).role() == Role::follower);
  CHECK(cluster.node(n1).term() >= stuck);
  forget_leader(cluster, n2);
  cluster.elect(n1);
  CHECK(cluster.node(n3).leader() == n1);
}

TEST_CASE("requests for votes are not answered while a leader is heard (thesis §4.2.3)") {
  for (const MessageType type : {MessageType::vote, MessageType::pre_vote}) {
    Cluster cluster = with(true, true);
    cluster.elect(n1);
    const Received request{{.type = type,
                            .to = n2,
                            .from = n3,
                            .term = Term{9},
                            .log_term = Term{1},
                            .index = Index{1}}};
    cluster.step(n2, request);
    CHECK(cluster.network().empty());
    CHECK(cluster.node(n2).term() == Term{1});
    forget_leader(cluster, n2);
    cluster.step(n2, request);
    CHECK_FALSE(cluster.take_network().at(0).reject);
  }
}

TEST_CASE("a leader does not answer them either, until it finds its quorum gone") {
  Cluster cluster = with(false, true);
  cluster.elect(n1);
  cluster.isolate(n1);
  cluster.tick(n1, 9);
  cluster.step(n1, Received{{.type = MessageType::vote,
                             .to = n1,
                             .from = n3,
                             .term = Term{2},
                             .log_term = Term{1},
                             .index = Index{1}}});
  CHECK(cluster.node(n1).role() == Role::leader);
  CHECK(cluster.node(n1).term() == Term{1});
}

TEST_CASE("an election that the leader itself asked for is not held up") {
  Cluster cluster = with(true, true);
  cluster.elect(n1);
  cluster.step(n2, Received{{.type = MessageType::vote,
                             .to = n2,
                             .from = n3,
                             .term = Term{2},
                             .log_term = Term{1},
                             .index = Index{1},
                             .context = SharedBytes{"CampaignTransfer"}}});
  CHECK_FALSE(only(cluster.take_network(), MessageType::vote_response)->reject);
  CHECK(cluster.node(n2).term() == Term{2});
}

TEST_CASE("a leader that hears no majority for an election timeout steps down (thesis §6.2)") {
  Cluster cluster = with(true, true);
  cluster.elect(n1);
  cluster.isolate(n1);
  cluster.tick(n1, 10);  // its followers were heard within this one
  CHECK(cluster.node(n1).role() == Role::leader);
  cluster.tick(n1, 10);
  CHECK(cluster.node(n1).role() == Role::follower);
  CHECK(cluster.node(n1).term() == Term{1});
  CHECK(cluster.node(n1).leader() == MemberId{});
}

TEST_CASE("a leader that hears a majority stays (thesis §6.2)") {
  Cluster cluster = with(true, true);
  cluster.elect(n1);
  cluster.isolate(n3);
  for (int i = 0; i < 50; ++i) {
    cluster.tick(n1);
    cluster.stabilize();
  }
  CHECK(cluster.leader() == n1);
}

TEST_CASE("learners do not keep a leader in office") {
  Cluster::Options options;
  options.conf.voters = {n1, n2, n3};
  options.conf.learners = {n4, n5};
  Cluster cluster{options};
  cluster.elect(n1);
  cluster.isolate(n2);
  cluster.isolate(n3);
  for (int i = 0; i < 30; ++i) {
    cluster.tick(n1);
    cluster.stabilize({n1, n4, n5});
  }
  CHECK(cluster.node(n1).role() == Role::follower);
}

TEST_CASE("a majority that grants the pre-vote makes a candidate, which then asks for real votes") {
  Cluster cluster = with(true, true);
  cluster.campaign(n1);
  cluster.deliver(Cluster::to(n2));
  cluster.drop(Cluster::to(n3));
  cluster.deliver(Cluster::to(n1));
  CHECK(cluster.node(n1).role() == Role::candidate);
  CHECK(cluster.node(n1).term() == Term{1});
  CHECK(count(cluster.take_network(), MessageType::vote) == 2);
}

TEST_CASE("late pre-votes do not elect a candidate") {
  Cluster cluster = with(true, true, 5);
  cluster.campaign(n1);
  cluster.deliver([](const Message& message) { return message.to != n1; });
  cluster.deliver(Cluster::to(n1));  // two make it a candidate, two more come late
  CHECK(cluster.node(n1).role() == Role::candidate);
}

TEST_CASE("two pre-candidates at once still end with one leader") {
  Cluster cluster = with(true, true);
  cluster.campaign(n1);
  cluster.campaign(n2);
  cluster.stabilize();
  for (int i = 0; i < 100 && cluster.leader() == MemberId{}; ++i) {
    for (const MemberId id : cluster.ids()) cluster.tick(id);
    cluster.stabilize();
  }
  CHECK(cluster.leader() != MemberId{});
}

TEST_CASE("a member with a newer term and a shorter log does not lock the others out") {
  // As it comes about where some members stand without a pre-vote.
  Cluster modern = with(true, true);
  modern.elect(n1);
  modern.isolate(n3);
  modern.propose(n1, {"x"});
  modern.stabilize();
  modern.step(n3, Received{{.type = MessageType::vote_response,
                            .to = n3,
                            .from = n2,
                            .term = Term{7},
                            .reject = true}});
  REQUIRE(modern.node(n3).term() == Term{7});
  modern.rejoin(n3);
  for (int i = 0; i < 100; ++i) {
    for (const MemberId id : modern.ids()) modern.tick(id);
    modern.stabilize();
  }
  CHECK(modern.leader() != MemberId{});
  CHECK(modern.node(modern.leader()).term() > Term{7});
  CHECK(modern.applied(n3) == Values{"x"});
}
