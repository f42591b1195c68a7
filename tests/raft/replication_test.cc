// Raft §5.3: log replication; the logs of figure 7; hints that find where logs part.
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
  cluster.take_network();
  return cluster;
}

// Members that start with these logs, n1 and on, all at the same term.
Cluster with_logs(const std::vector<std::vector<std::uint64_t>>& logs, std::uint64_t term) {
  ConfState conf;
  for (std::uint64_t id = 1; id <= logs.size(); ++id) conf.voters.emplace_back(id);
  Cluster cluster{Cluster::Options{}};
  for (std::uint64_t id = 1; id <= logs.size(); ++id) {
    DurableLog disk;
    disk.hard_state.term = Term{term};
    disk.entries = entries_after(0, logs[id - 1]);
    cluster.add(MemberId{id}, disk, conf);
  }
  return cluster;
}

Received append(std::uint64_t previous, std::uint64_t previous_term,
                const std::vector<std::uint64_t>& terms, std::uint64_t commit = 0) {
  return {{.type = MessageType::append,
           .to = n1,
           .from = n2,
           .term = Term{8},
           .log_term = Term{previous_term},
           .index = Index{previous},
           .entries = entries_after(previous, terms),
           .commit = Index{commit}}};
}

}  // namespace

TEST_CASE("a leader appends what is proposed and sends it at once (Raft §5.3)") {
  Cluster cluster = elected();
  cluster.propose(n1, {"x"});
  const std::vector<Message> sent = cluster.take_network();
  REQUIRE(sent.size() == 2);
  for (const Message& message : sent) {
    CHECK(message.type == MessageType::append);
    CHECK(message.index == Index{1});
    CHECK(message.log_term == Term{1});
    CHECK(message.commit == Index{1});
    REQUIRE(message.entries.size() == 1);
    CHECK(message.entries[0].index == Index{2});
    CHECK(message.entries[0].data.view() == "x");
  }
  CHECK(cluster.node(n1).commit_index() == Index{1});
}

TEST_CASE("an entry commits when a majority has it, and every member applies it (Raft §5.3)") {
  Cluster cluster = elected();
  cluster.propose(n1, {"x"});
  cluster.deliver(Cluster::to(n2));
  cluster.drop(Cluster::to(n3));
  cluster.deliver(Cluster::to(n1));
  CHECK(cluster.node(n1).commit_index() == Index{2});
  CHECK(cluster.applied(n1) == Values{"x"});
  CHECK(cluster.applied(n2).empty());
  cluster.stabilize();
  CHECK(cluster.applied(n2) == Values{"x"});
}

TEST_CASE("a batch of proposals travels as one message and applies in order") {
  Cluster cluster = elected();
  cluster.propose(n1, {"a", "b", "c"});
  CHECK(cluster.network().size() == 2);
  cluster.stabilize();
  for (const MemberId id : {n1, n2, n3}) CHECK(cluster.applied(id) == Values{"a", "b", "c"});
}

TEST_CASE("a follower that was away is brought up to date (Raft §5.3)") {
  Cluster cluster = elected();
  cluster.isolate(n3);
  cluster.propose(n1, {"a", "b"});
  cluster.stabilize();
  cluster.rejoin(n3);
  cluster.tick(n1);
  cluster.stabilize();
  CHECK(cluster.applied(n3) == Values{"a", "b"});
}

TEST_CASE("without a majority nothing commits") {
  Cluster cluster = Cluster::of(5);
  cluster.elect(n1);
  for (const MemberId id : {n3, n4, n5}) cluster.isolate(id);
  cluster.propose(n1, {"x"});
  cluster.stabilize();
  CHECK(cluster.node(n1).commit_index() == Index{1});
}

TEST_CASE("a follower takes entries only behind one that it has (Raft §5.3)") {
  struct Case {
    std::uint64_t previous;
    std::uint64_t previous_term;
    std::uint64_t hint;
    std::uint64_t hint_term;
  };
  // The follower's log is 1 2 2 3.
  for (const Case& one :
       std::vector<Case>{{4, 2, 3, 2}, {4, 4, 4, 3}, {9, 7, 4, 3}, {3, 1, 1, 1}}) {
    Cluster cluster = with_logs({{1, 2, 2, 3}, {}, {}}, 8);
    cluster.step(n1, append(one.previous, one.previous_term, {8}));
    const std::vector<Message> sent = cluster.take_network();
    REQUIRE(sent.size() == 1);
    CHECK(sent[0] == Message{.type = MessageType::append_response,
                             .to = n2,
                             .from = n1,
                             .term = Term{8},
                             .log_term = Term{one.hint_term},
                             .index = Index{one.previous},
                             .reject = true,
                             .reject_hint = Index{one.hint}});
    CHECK(cluster.log(n1) == "1/1 2/2 3/2 4/3");
  }
}

TEST_CASE("entries that conflict are replaced, with all that follow them (Raft §5.3)") {
  struct Case {
    std::uint64_t previous;
    std::uint64_t previous_term;
    std::vector<std::uint64_t> terms;
    std::string log;
  };
  // The follower's log is 1 2 2.
  const std::vector<Case> cases{
      {3, 2, {3}, "1/1 2/2 3/2 4/3"},    {1, 1, {3, 4}, "1/1 2/3 3/4"},
      {0, 0, {1}, "1/1 2/2 3/2"},  // nothing new: what follows stays
      {1, 1, {2}, "1/1 2/2 3/2"},        {0, 0, {3}, "1/3"},
      {2, 2, {2, 3}, "1/1 2/2 3/2 4/3"}, {2, 2, {3}, "1/1 2/2 3/3"},
  };
  for (const Case& one : cases) {
    Cluster cluster = with_logs({{1, 2, 2}, {}, {}}, 8);
    cluster.step(n1, append(one.previous, one.previous_term, one.terms));
    CHECK(cluster.log(n1) == one.log);
    const std::vector<Message> sent = cluster.take_network();
    REQUIRE(sent.size() == 1);
    CHECK_FALSE(sent[0].reject);
    CHECK(sent[0].index == Index{one.previous + one.terms.size()});
    // The disk has become the same.
    CHECK(cluster.disk(n1).entries.size() == cluster.node(n1).last_index().value());
    CHECK(cluster.disk(n1).entries.back().term ==
          *cluster.node(n1).term_of(cluster.node(n1).last_index()));
  }
}

TEST_CASE("a follower commits what the leader says, as far as this message reaches (Raft §5.3)") {
  struct Case {
    std::vector<std::uint64_t> terms;
    std::uint64_t commit;
    std::uint64_t expected;
  };
  // The follower's log is 1 2 2, the message is anchored at its first entry.
  for (const Case& one :
       std::vector<Case>{{{2, 2}, 3, 3}, {{2}, 3, 2}, {{}, 3, 1}, {{2, 2}, 9, 3}}) {
    Cluster cluster = with_logs({{1, 2, 2}, {}, {}}, 8);
    cluster.step(n1, append(1, 1, one.terms, one.commit));
    CHECK(cluster.node(n1).commit_index() == Index{one.expected});
  }
}

TEST_CASE("an append that ends below the commit index is answered with that index") {
  Cluster cluster = with_logs({{1, 2, 2}, {}, {}}, 8);
  cluster.step(n1, append(3, 2, {}, 3));
  cluster.take_network();
  cluster.step(n1, append(1, 1, {2}));
  const std::vector<Message> sent = cluster.take_network();
  CHECK(only(sent, MessageType::append_response)->index == Index{3});
}

TEST_CASE("a new leader makes every log of figure 7 its own (Raft §5.3)") {
  const std::vector<std::uint64_t> leader{1, 1, 1, 4, 4, 5, 5, 6, 6, 6};
  Cluster cluster = with_logs({leader,
                               {1, 1, 1, 4, 4, 5, 5, 6, 6},
                               {1, 1, 1, 4},
                               {1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6},
                               {1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7},
                               {1, 1, 1, 4, 4, 4, 4},
                               {1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3}},
                              7);
  // Those with newer logs (c and d of the figure) do not vote for it, the others do.
  cluster.elect(n1);
  const std::string expected = "1/1 2/1 3/1 4/4 5/4 6/5 7/5 8/6 9/6 10/6 11/8";
  for (const MemberId id : cluster.ids()) {
    CHECK(cluster.log(id) == expected);
    CHECK(cluster.node(id).commit_index() == Index{11});
  }
}

namespace {

// How many rejections a new leader needs before the follower's log is its own.
long rejections(const std::vector<std::uint64_t>& leader,
                const std::vector<std::uint64_t>& follower, std::uint64_t term) {
  Cluster cluster = with_logs({leader, follower, {}}, term);
  cluster.campaign(n1);
  cluster.stabilize({n1, n3});
  long rejected = 0;
  for (int round = 0; round < 100 && !cluster.network().empty(); ++round) {
    rejected += std::ranges::count_if(cluster.network(), [](const Message& message) {
      return message.type == MessageType::append_response && message.from == n2 && message.reject;
    });
    cluster.deliver(Cluster::any());
  }
  CHECK(cluster.log(n2) == cluster.log(n1));
  return rejected;
}

}  // namespace

TEST_CASE("a follower's stray entries cost the leader one probe, not one for each") {
  // The leader skips its own terms that are newer than the hint.
  CHECK(rejections({1, 3, 3, 3, 5, 5, 5, 5, 5}, {1, 1, 1, 1, 2, 2}, 6) == 1);
  // The follower skips its terms that are newer than what was asked.
  CHECK(rejections({1, 3, 3, 3, 3, 3, 3, 3, 7}, {1, 3, 3, 4, 4, 5, 5, 5, 6}, 8) == 2);
  // A missing tail is found at once.
  CHECK(rejections({1, 1, 1, 1, 1, 1, 1, 1}, {1, 1}, 2) == 1);
  // Nothing in common.
  CHECK(rejections({1, 1, 4, 4, 4, 4}, {2, 2, 2, 2}, 5) <= 2);
}

TEST_CASE("a hint without a term, as older members give, is taken as it is") {
  Cluster cluster = elected();
  cluster.propose(n1, {"a"});
  cluster.step(n1, Unreachable{n2});
  cluster.take_network();
  cluster.step(n1, Received{{.type = MessageType::append_response,
                             .to = n1,
                             .from = n2,
                             .term = Term{1},
                             .index = Index{1},
                             .reject = true,
                             .reject_hint = Index{0}}});
  // 1 is known to match: no way back behind it.
  const std::vector<Message> sent = cluster.take_network();
  CHECK(only(sent, MessageType::append)->index == Index{1});
}

TEST_CASE("heartbeats carry no commit beyond what a follower is known to hold") {
  Cluster cluster = elected();
  cluster.isolate(n3);
  cluster.propose(n1, {"a", "b"});
  cluster.stabilize();
  REQUIRE(cluster.node(n1).commit_index() == Index{3});
  cluster.rejoin(n3);
  cluster.tick(n1);
  const std::vector<Message> sent = cluster.take_network();
  REQUIRE(count(sent, MessageType::heartbeat) == 2);
  CHECK(sent[0].commit == Index{3});
  CHECK(sent[1].to == n3);
  CHECK(sent[1].commit == Index{1});
}

TEST_CASE("messages that come late, twice or in another order do no harm (Raft §5.3)") {
  Cluster cluster = elected();
  cluster.propose(n1, {"a"});
  cluster.propose(n1, {"b"});
  cluster.propose(n1, {"c"});
  std::vector<Message> sent = cluster.take_network();
  std::ranges::reverse(sent);
  for (int times = 0; times < 2; ++times) {
    for (const Message& message : sent) cluster.inject(message);
    cluster.stabilize();
  }
  cluster.tick(n1);
  cluster.stabilize();
  for (const MemberId id : {n1, n2, n3}) CHECK(cluster.applied(id) == Values{"a", "b", "c"});
}
