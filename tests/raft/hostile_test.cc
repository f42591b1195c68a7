// Messages that no correct member sends: they change nothing and bring nobody down.
#include <doctest/doctest.h>

#include "common/rng.h"
#include "server/raft/describe.h"
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

// The member is as before and says nothing.
void require_ignored(Cluster& cluster, const Message& message) {
  const auto seen = [&] {
    const Node& node = cluster.node(message.to);
    return std::tuple{node.hard_state(), node.last_index(), node.role(), node.leader()};
  };
  const auto before = seen();
  INFO(raft::to_text(message));
  cluster.step(n1, Received{message});
  CHECK(seen() == before);
  CHECK(cluster.take_network().empty());
}

}  // namespace

TEST_CASE("messages to others, from nobody or from oneself are ignored") {
  Cluster cluster = elected();
  require_ignored(cluster, {.type = MessageType::vote, .to = n2, .from = n3, .term = Term{9}});
  require_ignored(cluster, {.type = MessageType::append, .to = n1, .term = Term{9}});
  require_ignored(cluster, {.type = MessageType::append, .to = n1, .from = n1, .term = Term{9}});
}

TEST_CASE("messages without a term are ignored, unless they are passed on for a client") {
  Cluster cluster = elected();
  for (const MessageType type :
       {MessageType::append, MessageType::append_response, MessageType::heartbeat,
        MessageType::heartbeat_response, MessageType::snapshot, MessageType::vote,
        MessageType::vote_response, MessageType::pre_vote, MessageType::pre_vote_response,
        MessageType::timeout_now, MessageType::transfer_leader}) {
    require_ignored(cluster, {.type = type, .to = n1, .from = n2});
  }
}

TEST_CASE("a second leader in one's own term is not believed") {
  Cluster cluster = elected();
  for (const MessageType type :
       {MessageType::append, MessageType::heartbeat, MessageType::snapshot}) {
    require_ignored(cluster, {.type = type, .to = n1, .from = n2, .term = Term{1}});
  }
  cluster.step(n1,
               Received{{.type = MessageType::heartbeat, .to = n1, .from = n2, .term = Term{3}}});
  cluster.take_network();
  require_ignored(cluster, {.type = MessageType::append, .to = n1, .from = n3, .term = Term{3}});
}

TEST_CASE("appends with gaps, falling terms or terms of the future are not taken") {
  Cluster cluster = Cluster::of(3);
  Message append{.type = MessageType::append, .to = n1, .from = n2, .term = Term{2}};
  append.entries = entries_after(1, {1});  // 2 where 1 should be
  cluster.step(n1, Received{append});
  append.entries = entries_after(0, {2, 1});
  cluster.step(n1, Received{append});
  append.entries = entries_after(0, {3});
  cluster.step(n1, Received{append});
  append.entries = entries_after(0, {1});
  append.entries.push_back({.term = Term{1}, .index = Index{1}});
  cluster.step(n1, Received{append});
  CHECK(cluster.node(n1).last_index() == Index{0});
  CHECK(count(cluster.take_network(), MessageType::append_response) == 0);
}

TEST_CASE("an acknowledgement of entries that do not exist is ignored") {
  Cluster cluster = elected();
  require_ignored(cluster, {.type = MessageType::append_response,
                            .to = n1,
                            .from = n2,
                            .term = Term{1},
                            .index = Index{99}});
  CHECK(cluster.node(n1).progress().at(1).match == Index{1});
}

TEST_CASE("answers of strangers are ignored") {
  Cluster cluster = elected();
  for (const MessageType type :
       {MessageType::append_response, MessageType::vote_response, MessageType::heartbeat_response,
        MessageType::pre_vote_response, MessageType::read_index_response}) {
    require_ignored(cluster, {.type = type, .to = n1, .from = n5, .term = Term{9}, .reject = true});
  }
}

TEST_CASE("random messages keep every invariant") {
  // Everything a peer can say, short of claiming commits or matches that never were: those are
  // lies about durable state which no check can find out.
  Rng rng{11};
  const auto small = [&](std::uint64_t below) { return rng.below(below); };
  for (int run = 0; run < 40; ++run) {
    Cluster cluster = Cluster::of(3);
    if (rng.chance(1, 2)) cluster.elect(n1);
    for (int i = 0; i < 500; ++i) {
      cluster.take_network();
      cluster.take_trace();
      Message message;
      message.type = static_cast<MessageType>(small(20));
      message.to = n1;
      message.from = MemberId{small(5)};
      message.term = Term{small(4) + cluster.node(n1).term().value()};
      message.log_term = Term{small(4)};
      message.index = Index{rng.chance(1, 10) ? ~std::uint64_t{0} : small(6)};
      message.reject = rng.chance(1, 2);
      message.reject_hint = Index{rng.chance(1, 10) ? ~std::uint64_t{0} : small(6)};
      if (rng.chance(1, 4)) message.context = SharedBytes{std::string(small(10), 'c')};
      message.entries = entries_after(message.index.value(), {1, 1});
      message.entries.resize(small(3));
      if (message.type == MessageType::append_response && !message.reject) continue;
      cluster.step(n1, Received{message});
      if (rng.chance(1, 5)) cluster.tick(n1);
      if (rng.chance(1, 20)) cluster.propose(n1, {"x"});
    }
  }
}
