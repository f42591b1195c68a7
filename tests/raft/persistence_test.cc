// What must be durable before what is said: Raft figure 2 and §5.2, thesis §3.8 and §10.2.1.
#include <doctest/doctest.h>

#include "tests/raft/cluster.h"
#include "tests/raft/members.h"

using namespace quorate;
using namespace quorate::raft;
using namespace quorate::raft::testing;

namespace {

Received append(MemberId from, MemberId to, std::uint64_t term, std::uint64_t previous,
                std::uint64_t previous_term, const std::vector<std::uint64_t>& terms) {
  return {{.type = MessageType::append,
           .to = to,
           .from = from,
           .term = Term{term},
           .log_term = Term{previous_term},
           .index = Index{previous},
           .entries = entries_after(previous, terms)}};
}

}  // namespace

TEST_CASE("a vote leaves only when it is durable (thesis §3.8)") {
  Cluster cluster = Cluster::of(3, Cluster::Disk::slow);
  cluster.step(n1, Received{{.type = MessageType::vote, .to = n1, .from = n2, .term = Term{1}}});
  CHECK(cluster.network().empty());
  cluster.write(n1);
  CHECK(only(cluster.take_network(), MessageType::vote_response) != nullptr);
  CHECK(cluster.disk(n1).hard_state.vote == n2);
}

TEST_CASE("a candidate asks nobody before its own vote is durable, and counts it only then") {
  Cluster cluster = Cluster::of(1, Cluster::Disk::slow);
  cluster.campaign(n1);
  CHECK(cluster.node(n1).role() == Role::candidate);
  cluster.write(n1);
  CHECK(cluster.node(n1).role() == Role::leader);

  Cluster three = Cluster::of(3, Cluster::Disk::slow);
  three.campaign(n1);
  three.stabilize({n2, n3});
  three.deliver(Cluster::to(n1));  // pre-votes: nothing had to be written for them
  CHECK(three.node(n1).role() == Role::candidate);
  CHECK(three.network().empty());
  three.write(n1);
  CHECK(count(three.take_network(), MessageType::vote) == 2);
}

TEST_CASE("an acknowledgement leaves only when the entries are durable (thesis §3.8)") {
  Cluster cluster = Cluster::of(3, Cluster::Disk::slow);
  cluster.step(n1, append(n2, n1, 1, 0, 0, {1}));
  cluster.step(n1, append(n2, n1, 1, 1, 1, {1}));
  CHECK(cluster.network().empty());
  cluster.write(n1, 1);
  CHECK(only(cluster.take_network(), MessageType::append_response)->index == Index{1});
  cluster.write(n1, 1);
  CHECK(only(cluster.take_network(), MessageType::append_response)->index == Index{2});
}

TEST_CASE("an acknowledgement waits also for writes begun before (thesis §3.8)") {
  Cluster cluster = Cluster::of(3, Cluster::Disk::slow);
  cluster.step(n1, append(n2, n1, 1, 0, 0, {1}));
  cluster.step(n1, append(n2, n1, 1, 0, 0, {1}));  // the same again: no write of its own
  CHECK(cluster.writes_under_way(n1) == 1);
  CHECK(cluster.network().empty());
  cluster.write(n1);
  CHECK(count(cluster.take_network(), MessageType::append_response) == 2);
}

TEST_CASE("heartbeats are answered at once: they promise nothing") {
  Cluster cluster = Cluster::of(3, Cluster::Disk::slow);
  cluster.step(n1,
               Received{{.type = MessageType::heartbeat, .to = n1, .from = n2, .term = Term{1}}});
  CHECK(cluster.writes_under_way(n1) == 1);
  CHECK(only(cluster.take_network(), MessageType::heartbeat_response) != nullptr);
}

TEST_CASE("a leader sends entries while it writes them itself (thesis §10.2.1)") {
  Cluster cluster = Cluster::of(3, Cluster::Disk::slow);
  cluster.elect(n1);
  cluster.propose(n1, {"x"});
  CHECK(cluster.writes_under_way(n1) == 1);
  CHECK(count(cluster.take_network(), MessageType::append) == 2);
}

TEST_CASE("a leader counts itself only when it holds the entry durably (thesis §10.2.1)") {
  Cluster cluster = Cluster::of(3, Cluster::Disk::slow);
  cluster.elect(n1);
  cluster.propose(n1, {"x"});
  cluster.deliver(Cluster::to(n2));
  cluster.write(n2);
  cluster.deliver(Cluster::to(n1));
  CHECK(cluster.node(n1).commit_index() == Index{1});  // one of three
  cluster.write(n1);
  CHECK(cluster.node(n1).commit_index() == Index{2});
}

TEST_CASE("entries commit without the leader's disk, but are applied there only once durable") {
  Cluster cluster = Cluster::of(3, Cluster::Disk::slow);
  cluster.elect(n1);
  cluster.propose(n1, {"x"});
  for (const MemberId id : {n2, n3}) {
    cluster.deliver(Cluster::to(id));
    cluster.write(id);
  }
  cluster.deliver(Cluster::to(n1));
  CHECK(cluster.node(n1).commit_index() == Index{2});
  CHECK(cluster.applied(n1).empty());
  cluster.write(n1);
  CHECK(cluster.applied(n1) == Values{"x"});
}

TEST_CASE("many writes can be under way at once, and one report can end them all") {
  Cluster cluster = Cluster::of(1, Cluster::Disk::slow);
  cluster.elect(n1);
  cluster.propose(n1, {"a", "b"});
  cluster.propose(n1, {"c"});
  cluster.propose(n1, {"d"});
  CHECK(cluster.writes_under_way(n1) == 3);
  cluster.write(n1, 1);
  CHECK(cluster.applied(n1) == Values{"a", "b"});
  cluster.write(n1);
  CHECK(cluster.applied(n1) == Values{"a", "b", "c", "d"});
}

TEST_CASE("a newer commit index alone is not worth a write; it rides with the next") {
  Cluster cluster = Cluster::of(3, Cluster::Disk::slow);
  cluster.elect(n1);
  cluster.propose(n1, {"x"});
  cluster.stabilize();
  REQUIRE(cluster.node(n2).commit_index() == Index{2});
  CHECK(cluster.writes_under_way(n2) == 0);
  CHECK(cluster.disk(n2).hard_state.commit == Index{1});
  cluster.propose(n1, {"y"});
  cluster.stabilize();
  CHECK(cluster.disk(n2).hard_state.commit == Index{2});
}

TEST_CASE("after a restart a member knows its term and vote, and does not vote twice (Raft §5.2)") {
  Cluster cluster = Cluster::of(3);
  cluster.step(n1, Received{{.type = MessageType::vote, .to = n1, .from = n2, .term = Term{4}}});
  cluster.take_network();
  cluster.restart(n1);
  cluster.step(n1, Received{{.type = MessageType::vote, .to = n1, .from = n3, .term = Term{4}}});
  CHECK(only(cluster.take_network(), MessageType::vote_response)->reject);
}

TEST_CASE("what was acknowledged survives a crash; what was not may be gone") {
  Cluster cluster = Cluster::of(3, Cluster::Disk::slow);
  cluster.step(n1, append(n2, n1, 1, 0, 0, {1, 1}));
  cluster.write(n1);
  cluster.step(n1, append(n2, n1, 1, 2, 1, {1}));
  SUBCASE("the write was lost") {
    cluster.restart(n1, 0);
    CHECK(cluster.log(n1) == "1/1 2/1");
  }
  SUBCASE("the write had arrived") {
    cluster.restart(n1, 1);
    CHECK(cluster.log(n1) == "1/1 2/1 3/1");
  }
}

TEST_CASE("a member alone goes on where it was, and applies nothing twice") {
  Cluster cluster = Cluster::of(1);
  cluster.elect(n1);
  cluster.propose(n1, {"a", "b"});
  cluster.restart(n1);
  cluster.elect(n1);
  CHECK(cluster.applied(n1) == Values{"a", "b"});
  cluster.propose(n1, {"c"});
  CHECK(cluster.applied(n1) == Values{"a", "b", "c"});
}

TEST_CASE("a commit index older than what was applied is raised at the start") {
  DurableLog disk;
  disk.hard_state = {Term{2}, n1, Index{1}};
  disk.entries = entries_after(0, {1, 2, 2});
  Node node{{.id = n1}, Rng{1}, disk.restored(Index{3}, {.voters = {n1}})};
  CHECK(node.commit_index() == Index{3});
  CHECK(node.step(Tick{}).apply.empty());
}

TEST_CASE("what was committed but not applied before the crash is handed out first") {
  DurableLog disk;
  disk.hard_state = {Term{2}, MemberId{}, Index{3}};
  disk.entries = entries_after(0, {1, 2, 2, 2});
  Node node{{.id = n1}, Rng{1}, disk.restored(Index{1}, {.voters = {n1, n2}})};
  const Actions actions = node.step(Tick{});
  REQUIRE(actions.apply.size() == 2);
  CHECK(actions.apply[0].index == Index{2});
  CHECK(actions.apply[1].index == Index{3});
}

TEST_CASE("a write's completion says nothing of entries that took the place of its own") {
  Cluster cluster = Cluster::of(5, Cluster::Disk::slow);
  cluster.step(n1, append(n2, n1, 1, 0, 0, {1}));
  cluster.write(n1);
  cluster.take_network();
  // Entry 2 comes from the leader of term 2, is replaced by that of term 3, and comes back under
  // term 4, whose leader has it from term 2. Three writes of entry 2 are then under way.
  cluster.step(n1, append(n2, n1, 2, 1, 1, {2}));
  cluster.step(n1, append(n3, n1, 3, 1, 1, {3}));
  cluster.step(n1, append(n4, n1, 4, 1, 1, {2, 4}));
  REQUIRE(cluster.writes_under_way(n1) == 3);
  cluster.step(n1, Received{{.type = MessageType::append,
                             .to = n1,
                             .from = n4,
                             .term = Term{4},
                             .log_term = Term{4},
                             .index = Index{3},
                             .commit = Index{3}}});
  cluster.write(n1, 1);
  // On the disk is entry 2 as it is in the log, but it will be overwritten and written again.
  CHECK(cluster.node(n1).applied_index() == Index{1});
  CHECK(cluster.node(n1).commit_index() == Index{3});
  cluster.take_trace();
  cluster.write(n1, 1);
  const std::vector<std::string> trace = cluster.take_trace();
  CHECK(trace == std::vector<std::string>{"n1>n3 append_response term=3 index=2"});
  cluster.write(n1, 1);
  CHECK(cluster.node(n1).applied_index() == Index{3});
}

TEST_CASE("what an old write promised its leader may be said even when a newer one overtook it") {
  // The promise was made in the older term, before any vote for a newer one: whoever was elected
  // since needed a log with these entries, or a majority without them (Raft §5.4.3).
  Cluster cluster = Cluster::of(5, Cluster::Disk::slow);
  cluster.step(n1, append(n2, n1, 1, 0, 0, {1}));
  cluster.step(n1, append(n3, n1, 2, 0, 0, {2}));
  cluster.write(n1);
  const std::vector<Message> sent = cluster.take_network();
  REQUIRE(sent.size() == 2);
  CHECK(sent[0].to == n2);
  CHECK(sent[0].term == Term{1});
  CHECK(sent[1].to == n3);
  CHECK(sent[1].term == Term{2});
}

TEST_CASE("a term that ends before the own vote is durable elects nobody") {
  Cluster cluster = Cluster::of(1, Cluster::Disk::slow);
  cluster.campaign(n1);
  REQUIRE(cluster.node(n1).role() == Role::candidate);
  cluster.campaign(n1);  // again, at the next term; the first write is still under way
  REQUIRE(cluster.node(n1).role() == Role::candidate);
  REQUIRE(cluster.node(n1).term() == Term{2});
  cluster.write(n1, 1);
  CHECK(cluster.node(n1).role() == Role::candidate);
  cluster.write(n1, 1);
  CHECK(cluster.node(n1).role() == Role::leader);
}
