// How much a leader sends ahead, and how it gets a follower going again.
#include <doctest/doctest.h>

#include "server/raft/entry_log.h"
#include "tests/raft/cluster.h"
#include "tests/raft/members.h"

using namespace quorate;
using namespace quorate::raft;
using namespace quorate::raft::testing;

namespace {

Cluster elected(const Config& config) {
  Cluster::Options options;
  options.conf.voters = {n1, n2, n3};
  options.config = config;
  Cluster cluster{options};
  cluster.elect(n1);
  return cluster;
}

std::vector<Message> appends_to(Cluster& cluster, MemberId id) {
  std::vector<Message> appends;
  for (const Message& message : cluster.take_network()) {
    if (message.type == MessageType::append && message.to == id) appends.push_back(message);
  }
  return appends;
}

Received acknowledged(MemberId from, std::uint64_t index) {
  return {{.type = MessageType::append_response,
           .to = n1,
           .from = from,
           .term = Term{1},
           .index = Index{index}}};
}

Received heartbeat_response(MemberId from) {
  return {{.type = MessageType::heartbeat_response, .to = n1, .from = from, .term = Term{1}}};
}

}  // namespace

TEST_CASE("no more messages are in flight than the window allows") {
  Cluster cluster = elected({.inflight_messages_max = 3});
  for (int i = 0; i < 10; ++i) cluster.propose(n1, {"x"});
  CHECK(appends_to(cluster, n2).size() == 3);
  CHECK(cluster.node(n1).progress().at(1).next == Index{5});
}

TEST_CASE("acknowledgements open the window, and what waited goes out together") {
  Cluster cluster = elected({.inflight_messages_max = 3});
  for (int i = 0; i < 10; ++i) cluster.propose(n1, {"x"});
  cluster.take_network();
  cluster.step(n1, acknowledged(n2, 3));
  const std::vector<Message> appends = appends_to(cluster, n2);
  // One with the news of the commit, which takes along all that waits.
  REQUIRE(appends.size() == 1);
  CHECK(appends[0].entries.size() == 7);
  cluster.step(n1, acknowledged(n2, 2));  // late
  CHECK(appends_to(cluster, n2).empty());
}

TEST_CASE("a message has at most so many bytes of entries, but at least one entry") {
  const std::string large(1000, 'x');
  Cluster cluster = elected({.append_bytes_max = 2500});
  cluster.isolate(n2);
  cluster.propose(n1, {large, large, large, large, large, std::string(5000, 'y')});
  cluster.stabilize();
  cluster.rejoin(n2);
  cluster.tick(n1);
  cluster.deliver([](const Message& m) { return m.to == n2; });
  cluster.deliver(Cluster::to(n1));
  cluster.drop(Cluster::to(n3));
  std::vector<std::size_t> sizes;
  for (int round = 0; round < 5; ++round) {
    for (const Message& message : cluster.network()) {
      if (message.type == MessageType::append && message.to == n2) {
        sizes.push_back(message.entries.size());
      }
    }
    cluster.deliver(Cluster::to(n2));
    cluster.deliver(Cluster::to(n1));
  }
  std::erase(sizes, 0);
  CHECK(sizes == std::vector<std::size_t>{2, 2, 1, 1});
}

TEST_CASE("with everything in flight lost, heartbeats find out and the log goes on") {
  Cluster cluster = elected({.inflight_messages_max = 3});
  for (int i = 0; i < 5; ++i) cluster.propose(n1, {"x"});
  cluster.drop(Cluster::to(n3));
  cluster.stabilize();
  REQUIRE(cluster.node(n3).last_index() == Index{1});
  cluster.step(n1, heartbeat_response(n3));
  const std::vector<Message> appends = appends_to(cluster, n3);
  REQUIRE(appends.size() == 1);
  CHECK(appends[0].entries.empty());
  CHECK(appends[0].index == Index{4});
  cluster.step(n1, heartbeat_response(n3));
  CHECK(appends_to(cluster, n3).size() == 1);  // one for each heartbeat
  cluster.tick(n1);
  cluster.stabilize();
  CHECK(cluster.node(n3).last_index() == cluster.node(n1).last_index());
}

TEST_CASE("after a loss reported by the network the follower is probed, one append at a time") {
  Cluster cluster = elected({});
  cluster.step(n1, Unreachable{n2});
  CHECK(cluster.node(n1).progress().at(1).state == ProgressState::probe);
  cluster.propose(n1, {"a"});
  CHECK(appends_to(cluster, n2).size() == 1);
  cluster.propose(n1, {"b"});
  CHECK(appends_to(cluster, n2).empty());
  cluster.step(n1, heartbeat_response(n2));
  const std::vector<Message> appends = appends_to(cluster, n2);
  REQUIRE(appends.size() == 1);
  CHECK(appends[0].entries.size() == 2);
  cluster.step(n1, acknowledged(n2, 3));
  CHECK(cluster.node(n1).progress().at(1).state == ProgressState::replicate);
}

TEST_CASE("a follower that lacks nothing does not stay in probing") {
  Cluster cluster = elected({});
  cluster.stabilize();
  cluster.step(n1, Unreachable{n2});
  cluster.tick(n1);
  cluster.stabilize();
  CHECK(cluster.node(n1).progress().at(1).state == ProgressState::replicate);
}

TEST_CASE("followers hear of a commit at once, with an empty append if there is nothing else") {
  Cluster cluster = elected({});
  cluster.propose(n1, {"x"});
  cluster.take_network();
  cluster.step(n1, acknowledged(n2, 2));
  const std::vector<Message> sent = cluster.take_network();
  REQUIRE(sent.size() == 2);
  for (const Message& message : sent) {
    CHECK(message.type == MessageType::append);
    CHECK(message.index == Index{2});
    CHECK(message.entries.empty());
    CHECK(message.commit == Index{2});
  }
  // The slower one has been told already.
  cluster.step(n1, acknowledged(n3, 2));
  CHECK(cluster.take_network().empty());
}

TEST_CASE("a follower that has not been told of a commit is told when it is heard") {
  Cluster cluster = elected({.inflight_messages_max = 1});
  cluster.propose(n1, {"x"});
  cluster.take_network();
  cluster.step(n1, acknowledged(n2, 2));  // commits; the window of n3 is full
  CHECK(appends_to(cluster, n3).empty());
  cluster.step(n1, acknowledged(n3, 2));
  const std::vector<Message> sent = appends_to(cluster, n3);
  REQUIRE(sent.size() == 1);
  CHECK(sent[0].commit == Index{2});
}

TEST_CASE("too many bytes of proposals that are not committed are refused (thesis §10.2)") {
  const std::string kilobyte(1024, 'x');
  Cluster cluster = elected({.uncommitted_bytes_max = 3 * 1024});
  cluster.isolate(n2);
  cluster.isolate(n3);
  const auto is_dropped = [&](const std::string& value) {
    return cluster.step(n1, Proposed{{{EntryType::normal, SharedBytes{value}}}}).proposals_dropped;
  };
  for (int i = 0; i < 3; ++i) CHECK_FALSE(is_dropped(kilobyte));
  CHECK(is_dropped(kilobyte));
  CHECK(is_dropped("x"));
  CHECK_FALSE(is_dropped(""));  // empty ones always find room
  for (const MemberId id : {n2, n3}) cluster.rejoin(id);
  cluster.tick(n1);
  cluster.stabilize();
  CHECK_FALSE(is_dropped(kilobyte));
}

TEST_CASE("a batch larger than the limit is taken when nothing else waits") {
  Cluster cluster = elected({.uncommitted_bytes_max = 10});
  const Proposed large{{{EntryType::normal, SharedBytes{std::string(1000, 'x')}}}};
  CHECK_FALSE(cluster.step(n1, large).proposals_dropped);
  CHECK(cluster.step(n1, large).proposals_dropped);
}

TEST_CASE("of a batch that is refused nothing enters the log") {
  Cluster cluster = elected({.uncommitted_bytes_max = 10});
  cluster.propose(n1, {"12345678"});
  const Index before = cluster.node(n1).last_index();
  cluster.propose(n1, {"a", "b", "c"});
  CHECK(cluster.node(n1).last_index() == before);
}
