// Raft §5.2 (leader election) and §5.4.1 (who may be elected).
#include <set>

#include <doctest/doctest.h>

#include "tests/raft/cluster.h"
#include "tests/raft/members.h"

using namespace quorate;
using namespace quorate::raft;
using namespace quorate::raft::testing;

namespace {

// Elections in the paper's own way, without a vote before the vote.
Cluster::Options paper(std::vector<MemberId> voters) {
  Cluster::Options options;
  options.conf.voters = std::move(voters);
  options.config.pre_vote = false;
  options.config.check_quorum = false;
  return options;
}

const std::vector<MemberId> kThree{n1, n2, n3};
const std::vector<MemberId> kFive{n1, n2, n3, n4, n5};

Message vote_request(MemberId from, std::uint64_t term, std::uint64_t last,
                     std::uint64_t last_term) {
  return {.type = MessageType::vote,
          .to = n1,
          .from = from,
          .term = Term{term},
          .log_term = Term{last_term},
          .index = Index{last}};
}

Received granted(MemberId from, std::uint64_t term, bool is_rejected = false) {
  return {{.type = MessageType::vote_response,
           .to = n1,
           .from = from,
           .term = Term{term},
           .reject = is_rejected}};
}

// A disk with a log of these terms.
DurableLog disk_with(const std::vector<std::uint64_t>& terms, std::uint64_t term) {
  DurableLog disk;
  disk.hard_state.term = Term{term};
  disk.entries = entries_after(0, terms);
  return disk;
}

}  // namespace

TEST_CASE("members start as followers (Raft §5.2)") {
  const Cluster cluster = Cluster::of(3);
  CHECK(cluster.node(n1).role() == Role::follower);
  CHECK(cluster.node(n1).leader() == MemberId{});
}

TEST_CASE("a follower that hears nothing becomes a candidate: new term, own vote, requests") {
  Cluster cluster{paper(kThree)};
  cluster.tick(n1, 20);
  CHECK(cluster.node(n1).role() == Role::candidate);
  CHECK(cluster.node(n1).term() == Term{1});
  CHECK(cluster.node(n1).hard_state().vote == n1);
  const std::vector<Message> sent = cluster.take_network();
  REQUIRE(sent.size() == 2);
  CHECK(sent[0] == Message{.type = MessageType::vote, .to = n2, .from = n1, .term = Term{1}});
  CHECK(sent[1] == Message{.type = MessageType::vote, .to = n3, .from = n1, .term = Term{1}});
}

TEST_CASE("heartbeats keep a follower from standing (Raft §5.2)") {
  Cluster cluster{paper(kThree)};
  for (int i = 0; i < 100; ++i) {
    cluster.tick(n1, 9);
    cluster.step(n1,
                 Received{{.type = MessageType::heartbeat, .to = n1, .from = n2, .term = Term{1}}});
  }
  CHECK(cluster.node(n1).role() == Role::follower);
}

TEST_CASE("a candidate whose election comes to nothing begins another (Raft §5.2)") {
  Cluster cluster{paper(kThree)};
  cluster.campaign(n1);
  int ticks = 0;
  for (; cluster.node(n1).term() == Term{1}; ++ticks) cluster.tick(n1);
  CHECK(cluster.node(n1).role() == Role::candidate);
  CHECK(cluster.node(n1).term() == Term{2});
  CHECK(ticks >= 10);
  CHECK(ticks < 20);
}

TEST_CASE("a majority of votes elects, a majority against ends it (Raft §5.2)") {
  struct Case {
    std::vector<MemberId> voters;
    std::vector<bool> answers;  // of n2, n3, ...: true = granted
    Role role;
  };
  const std::vector<Case> cases{
      {{n1}, {}, Role::leader},
      {kThree, {}, Role::candidate},
      {kThree, {true}, Role::leader},
      {kThree, {false}, Role::candidate},
      {kThree, {false, false}, Role::follower},
      {kFive, {true}, Role::candidate},
      {kFive, {true, true}, Role::leader},
      {kFive, {false, false, true}, Role::candidate},
      {kFive, {false, false, false}, Role::follower},
      {kFive, {false, false, true, true}, Role::leader},
  };
  for (const Case& one : cases) {
    Cluster cluster{paper(one.voters)};
    cluster.campaign(n1);
    for (std::size_t i = 0; i < one.answers.size(); ++i) {
      cluster.step(n1, granted(MemberId{i + 2}, 1, !one.answers[i]));
    }
    CHECK(cluster.node(n1).role() == one.role);
    CHECK(cluster.node(n1).term() == Term{1});
  }
}

TEST_CASE("the same vote twice counts once") {
  Cluster cluster{paper(kFive)};
  cluster.campaign(n1);
  cluster.step(n1, granted(n2, 1));
  cluster.step(n1, granted(n2, 1));
  CHECK(cluster.node(n1).role() == Role::candidate);
}

TEST_CASE("first come, first served: one vote a term, the same one again if asked (Raft §5.2)") {
  Cluster cluster{paper(kThree)};
  const auto rejects = [&](const Message& request) {
    cluster.step(n1, Received{request});
    const std::vector<Message> sent = cluster.take_network();
    const Message* answer = only(sent, MessageType::vote_response);
    REQUIRE(answer != nullptr);
    CHECK(answer->to == request.from);
    return answer->reject;
  };
  CHECK_FALSE(rejects(vote_request(n2, 1, 0, 0)));
  CHECK(rejects(vote_request(n3, 1, 0, 0)));
  CHECK_FALSE(rejects(vote_request(n2, 1, 0, 0)));
  CHECK_FALSE(rejects(vote_request(n3, 2, 0, 0)));
}

TEST_CASE("no vote for another once a leader is known in this term") {
  Cluster cluster{paper(kThree)};
  cluster.step(n1,
               Received{{.type = MessageType::heartbeat, .to = n1, .from = n2, .term = Term{3}}});
  cluster.take_network();
  cluster.step(n1, Received{vote_request(n3, 3, 9, 2)});
  CHECK(only(cluster.take_network(), MessageType::vote_response)->reject);
}

TEST_CASE("a candidate that hears the leader of its term follows it (Raft §5.2)") {
  for (const MessageType type : {MessageType::append, MessageType::heartbeat}) {
    Cluster cluster{paper(kThree)};
    cluster.campaign(n1);
    cluster.step(n1, Received{{.type = type, .to = n1, .from = n3, .term = Term{1}}});
    CHECK(cluster.node(n1).role() == Role::follower);
    CHECK(cluster.node(n1).leader() == n3);
    CHECK(cluster.node(n1).hard_state().vote == n1);
  }
}

TEST_CASE("election timeouts are drawn between the configured one and twice that (Raft §5.2)") {
  std::set<int> drawn;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Cluster::Options options = paper(kThree);
    options.seed = seed;
    Cluster cluster{options};
    int ticks = 0;
    for (; cluster.node(n1).role() == Role::follower; ++ticks) cluster.tick(n1);
    drawn.insert(ticks);
  }
  CHECK(drawn.size() == 10);
  CHECK(*drawn.begin() == 10);
  CHECK(*drawn.rbegin() == 19);
}

TEST_CASE("a split vote is resolved by chance, in a few terms (Raft §5.2)") {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    Cluster::Options options = paper(kFive);
    options.seed = seed;
    Cluster cluster{options};
    int ticks = 0;
    for (; cluster.leader() == MemberId{}; ++ticks) {
      REQUIRE(ticks < 200);
      for (const MemberId id : cluster.ids()) cluster.tick(id);
      cluster.stabilize();
    }
  }
}

TEST_CASE("votes go only to logs at least as complete as one's own (Raft §5.4.1)") {
  struct Case {
    std::vector<std::uint64_t> own;
    std::uint64_t last;
    std::uint64_t last_term;
    bool is_granted;
  };
  const std::vector<Case> cases{
      {{1}, 1, 1, true},  {{1}, 2, 1, true},  {{1, 1}, 1, 1, false},
      {{1}, 1, 2, true},  {{1}, 2, 2, true},  {{1, 1}, 1, 2, true},
      {{2}, 1, 1, false}, {{2}, 2, 1, false}, {{1, 2}, 9, 1, false},
  };
  for (const Case& one : cases) {
    Cluster cluster{paper({n2, n3})};
    cluster.add(n1, disk_with(one.own, 2), {.voters = kThree});
    cluster.step(n1, Received{vote_request(n2, 3, one.last, one.last_term)});
    const std::vector<Message> sent = cluster.take_network();
    CHECK(only(sent, MessageType::vote_response)->reject != one.is_granted);
  }
}

TEST_CASE("whoever lacks committed entries is not elected (Raft §5.4.1)") {
  Cluster cluster{paper(kThree)};
  cluster.elect(n1);
  cluster.isolate(n3);
  cluster.propose(n1, {"x"});
  cluster.stabilize();
  cluster.rejoin(n3);
  cluster.campaign(n3);
  cluster.stabilize();
  CHECK(cluster.node(n3).role() == Role::follower);
  CHECK(cluster.leader() == MemberId{});
  cluster.elect(n2);
  CHECK(cluster.applied(n3) == Values{"x"});
}

TEST_CASE("a lone voter elects itself") {
  Cluster cluster = Cluster::of(1);
  cluster.elect(n1);
  CHECK(cluster.node(n1).term() == Term{1});
  CHECK(cluster.node(n1).commit_index() == Index{1});
}

TEST_CASE("a campaign of who leads already changes nothing") {
  Cluster cluster = Cluster::of(3);
  cluster.elect(n1);
  cluster.campaign(n1);
  CHECK(cluster.node(n1).role() == Role::leader);
  CHECK(cluster.node(n1).term() == Term{1});
}

TEST_CASE("learners and strangers do not stand, but a learner that is asked votes") {
  Cluster::Options options = paper({n1, n2});
  options.conf.learners = {n3};
  Cluster cluster{options};
  cluster.add(n4);
  cluster.tick(n3, 100);
  cluster.tick(n4, 100);
  CHECK(cluster.node(n3).role() == Role::follower);
  CHECK(cluster.node(n4).role() == Role::follower);
  // Who asks knows it as a voter: it was promoted and has not heard of it.
  cluster.step(n3, Received{{.type = MessageType::vote, .to = n3, .from = n1, .term = Term{1}}});
  CHECK_FALSE(only(cluster.take_network(), MessageType::vote_response)->reject);
}

TEST_CASE("nobody stands while a committed conf change is not applied here") {
  Cluster cluster = Cluster::of(3);
  cluster.elect(n1);
  cluster.hold_apply(n2);
  cluster.change(n1, "learner n4");
  cluster.stabilize();
  REQUIRE(cluster.node(n2).commit_index() == Index{2});
  cluster.campaign(n2);
  CHECK(cluster.node(n2).role() == Role::follower);
  cluster.apply(n2);
  cluster.campaign(n2);
  CHECK(cluster.node(n2).role() == Role::pre_candidate);
}
