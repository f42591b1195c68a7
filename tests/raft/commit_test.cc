// Raft §5.4.2: what commits entries of earlier terms. Figure 8.
#include <doctest/doctest.h>

#include "tests/raft/cluster.h"
#include "tests/raft/members.h"

using namespace quorate;
using namespace quorate::raft;
using namespace quorate::raft::testing;

namespace {

Cluster five_with(const std::vector<std::vector<std::uint64_t>>& logs, std::uint64_t term) {
  Cluster cluster{Cluster::Options{}};
  for (std::uint64_t id = 1; id <= 5; ++id) {
    DurableLog disk;
    disk.hard_state.term = Term{term};
    disk.entries = entries_after(0, logs[id - 1]);
    cluster.add(MemberId{id}, disk, {.voters = {n1, n2, n3, n4, n5}});
  }
  return cluster;
}

// Steps (a) to (c) of figure 8: entry 2 of term 2 is on a majority, its leader of term 4 has it
// from term 2 and cannot get its own entry of term 4 across.
Cluster figure_8_c() {
  Cluster cluster = five_with({{1, 2}, {1, 2}, {1}, {1}, {1, 3}}, 3);
  cluster.isolate(n5);
  cluster.isolate(n4);
  cluster.campaign(n1);
  cluster.stabilize({n1, n2, n3});
  return cluster;
}

}  // namespace

TEST_CASE("an entry of an older term does not commit by its number of replicas (figure 8 c)") {
  Cluster cluster = five_with({{1, 2}, {1, 2}, {1}, {1}, {1, 3}}, 3);
  cluster.campaign(n1);
  // n2 and n3 vote; then n3 takes entry 2, but not the one that n1 began its term with.
  cluster.deliver([](const Message& m) { return m.to == n2 || m.to == n3; });
  cluster.deliver(Cluster::to(n1));  // pre-votes, then votes
  cluster.deliver([](const Message& m) { return m.to == n2 || m.to == n3; });
  cluster.deliver(Cluster::to(n1));
  REQUIRE(cluster.leader() == n1);
  REQUIRE(cluster.node(n1).term() == Term{4});
  cluster.take_network();
  for (const MemberId id : {n2, n3}) {
    cluster.step(n1, Received{{.type = MessageType::append_response,
                               .to = n1,
                               .from = id,
                               .term = Term{4},
                               .index = Index{2}}});
  }
  CHECK(cluster.node(n1).commit_index() == Index{0});
  // With its own entry on a majority everything below commits too (figure 8 e).
  for (const MemberId id : {n2, n3}) {
    cluster.step(n1, Received{{.type = MessageType::append_response,
                               .to = n1,
                               .from = id,
                               .term = Term{4},
                               .index = Index{3}}});
  }
  CHECK(cluster.node(n1).commit_index() == Index{3});
}

TEST_CASE("an uncommitted entry may still be overwritten by a later leader (figure 8 d)") {
  Cluster cluster = five_with({{1, 2}, {1, 2}, {1, 2}, {1}, {1, 3}}, 4);
  cluster.isolate(n1);
  cluster.elect(n5);
  CHECK(cluster.log(n2) == "1/1 2/3 3/5");
  CHECK(cluster.log(n3) == "1/1 2/3 3/5");
  cluster.rejoin(n1);
  cluster.tick(n5);
  cluster.stabilize();
  CHECK(cluster.log(n1) == "1/1 2/3 3/5");
}

TEST_CASE("once committed, an entry keeps others from being elected (figure 8 e)") {
  Cluster cluster = figure_8_c();
  REQUIRE(cluster.leader() == n1);
  REQUIRE(cluster.node(n1).commit_index() == Index{3});
  for (const MemberId id : {n4, n5}) cluster.rejoin(id);
  cluster.isolate(n1);
  // Long after: nobody remembers having heard a leader.
  for (int i = 0; i < 10; ++i) {
    cluster.tick(n2);
    cluster.tick(n3);
  }
  cluster.drop(Cluster::any());
  cluster.campaign(n5);
  cluster.stabilize({n2, n3, n4, n5});
  CHECK(cluster.node(n5).role() != Role::leader);
}

TEST_CASE("a new leader commits its predecessor's entries with its own first one") {
  Cluster cluster = Cluster::of(3);
  cluster.elect(n1);
  cluster.propose(n1, {"x"});
  cluster.deliver(Cluster::to(n2));
  cluster.drop(Cluster::any());  // n1 does not learn that n2 has it
  REQUIRE(cluster.node(n1).commit_index() == Index{1});
  cluster.isolate(n1);
  cluster.tick(n3, 10);  // forgets the leader
  cluster.drop(Cluster::any());
  cluster.campaign(n2);
  cluster.stabilize({n2, n3});
  CHECK(cluster.node(n2).commit_index() == Index{3});
  CHECK(cluster.applied(n3) == Values{"x"});
}
