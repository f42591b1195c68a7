// Handing over the lead.
#include <algorithm>

#include <doctest/doctest.h>

#include "tests/replica/hand_member.h"

using namespace quorate;
using namespace quorate::replica;
using namespace quorate::replica::testing;
using raft::MessageType;

namespace {

HandMember::Options one_of_three() {
  HandMember::Options options = HandMember{}.options;
  options.voters = {1, 2, 3};
  options.config.request_timeout_ticks = 30;
  return options;
}

// Others 2 and 3 say yes to everything they hear, until they are told to be silent.
void answer(HandMember& member) {
  for (const auto& message : std::exchange(member.peers.sent, {})) {
    raft::Message reply{.to = MemberId{1}, .from = message.to, .term = message.term};
    switch (message.type) {
      case MessageType::pre_vote:
        reply.type = MessageType::pre_vote_response;
        break;
      case MessageType::vote:
        reply.type = MessageType::vote_response;
        break;
      case MessageType::append:
        reply.type = MessageType::append_response;
        reply.index = Index{message.index.value() + message.entries.size()};
        break;
      case MessageType::heartbeat:
        reply.type = MessageType::heartbeat_response;
        break;
      default:
        continue;
    }
    member.replica->receive(reply);
  }
}

void lead(HandMember& member) {
  for (int i = 0; i < 100 && member.replica->raft_status().role != raft::Role::leader; ++i) {
    member.tick();
    member.run_without_table();
    answer(member);
    member.run_without_table();
  }
  REQUIRE(member.replica->raft_status().role == raft::Role::leader);
  for (int i = 0; i < 10; ++i) {
    answer(member);
    member.run_without_table();
  }
}

struct Outcome {
  int times = 0;
  std::string error;
};

std::shared_ptr<Outcome> move_leader(HandMember& member, std::uint64_t to) {
  auto outcome = std::make_shared<Outcome>();
  member.replica->move_leader(MemberId{to}, [outcome](const Status& status) {
    ++outcome->times;
    outcome->error = status ? "ok" : status.error().message;
  });
  return outcome;
}

}  // namespace

TEST_CASE("a member alone can hand the lead to itself only") {
  HandMember member;
  member.run();
  auto self = move_leader(member, 1);
  auto stranger = move_leader(member, 7);
  member.run();
  CHECK(self->error == "ok");
  CHECK(stranger->error == "etcdserver: bad leader transferee");
}

TEST_CASE("who does not lead cannot hand over") {
  HandMember member{one_of_three()};
  CHECK(move_leader(member, 2)->error == "etcdserver: not leader");
}

TEST_CASE("a transfer is answered when the other one leads") {
  HandMember member{one_of_three()};
  lead(member);
  auto outcome = move_leader(member, 2);
  member.run_without_table();
  const auto asked = [](const raft::Message& message) {
    return message.type == MessageType::timeout_now && message.to == MemberId{2};
  };
  CHECK(std::any_of(member.peers.sent.begin(), member.peers.sent.end(), asked));
  CHECK(outcome->times == 0);
  const Term term = member.replica->raft_status().term;
  member.replica->receive({.type = MessageType::heartbeat,
                           .to = MemberId{1},
                           .from = MemberId{2},
                           .term = Term{term.value() + 1}});
  member.run_without_table();
  CHECK(outcome->times == 1);
  CHECK(outcome->error == "ok");
}

TEST_CASE("a transfer that nobody takes is given up in time, or when the member stops") {
  HandMember member{one_of_three()};
  lead(member);
  auto late = move_leader(member, 2);
  for (int i = 0; i < 30; ++i) {
    CHECK(late->times == 0);
    member.tick();
    answer(member);
  }
  CHECK(late->error == "etcdserver: request timed out, leader transfer took too long");
  auto cut = move_leader(member, 3);
  member.replica->stop();
  CHECK(cut->error == "etcdserver: server stopped");
  CHECK(cut->times == 1);
}
