#include "server/raft/describe.h"

#include <sstream>

#include <doctest/doctest.h>

#include "tests/raft/members.h"

using namespace quorate;
using namespace quorate::raft;
using namespace quorate::raft::testing;

TEST_CASE("a message is one line: who to whom, what, its term, what counts in it") {
  CHECK(raft::to_text(Message{
            .type = MessageType::append,
            .to = n2,
            .from = n1,
            .term = Term{7},
            .log_term = Term{6},
            .index = Index{41},
            .entries = {{.term = Term{7}, .index = Index{42}, .data = SharedBytes{"x\n\"y"}}},
            .commit = Index{40}}) ==
        "n1>n2 append term=7 prev=41/6 commit=40 entries=42/7:\"x..y\"");
  CHECK(raft::to_text(Message{.type = MessageType::append_response,
                              .to = n1,
                              .from = MemberId{0xabc},
                              .term = Term{7},
                              .log_term = Term{2},
                              .index = Index{9},
                              .reject = true,
                              .reject_hint = Index{5}}) ==
        "nabc>n1 append_response term=7 rejected=9 hint=5/2");
  CHECK(raft::to_text(Message{
            .type = MessageType::pre_vote_response, .to = n1, .from = n2, .term = Term{3}}) ==
        "n2>n1 pre_vote_response term=3 granted");
}

TEST_CASE("long things are cut short") {
  const Entry entry{.term = Term{1}, .index = Index{1}, .data = SharedBytes{std::string(99, 'a')}};
  CHECK(raft::to_text(entry) == "1/1:\"" + std::string(32, 'a') + "...\"");
  Message append{.type = MessageType::append, .to = n2, .from = n1};
  append.entries = entries_after(0, std::vector<std::uint64_t>(20, 1));
  CHECK(raft::to_text(append).ends_with(",8/1,... of 20"));
}

TEST_CASE("a node prints what it knows") {
  Restored restored;
  restored.conf.voters = {n1};
  const Node node{{.id = n1}, Rng{1}, restored};
  std::ostringstream out;
  node.dump(out);
  CHECK(out.str().starts_with("n1 term=0 vote=n0 role=follower leader=n0 start=0 applied=0"));
  CHECK(out.str().ends_with("conf=(n1)\n"));
}
