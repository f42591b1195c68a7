#include "server/raft/quorum.h"

#include <algorithm>
#include <vector>

#include <doctest/doctest.h>

#include "common/rng.h"

using namespace quorate;
using namespace quorate::raft;

namespace {

std::vector<MemberId> members(std::initializer_list<std::uint64_t> ids) {
  std::vector<MemberId> all;
  for (const std::uint64_t id : ids) all.emplace_back(id);
  return all;
}

// By the definition: the largest position such that more than half stand there or beyond.
std::uint64_t reached_by_definition(const std::vector<MemberId>& voters,
                                    const std::vector<Ack>& acks) {
  std::uint64_t best = 0;
  for (const Ack& candidate : acks) {
    const auto at_least = std::ranges::count_if(voters, [&](MemberId voter) {
      return std::ranges::any_of(acks, [&](const Ack& ack) {
        return ack.member == voter && ack.position >= candidate.position;
      });
    });
    if (2 * static_cast<std::size_t>(at_least) > voters.size()) {
      best = std::max(best, candidate.position);
    }
  }
  return best;
}

}  // namespace

TEST_CASE("a majority has reached what its slowest member has") {
  const Quorum three{members({1, 2, 3}), {}};
  CHECK(three.reached({}) == 0);
  CHECK(three.reached(std::vector<Ack>{{MemberId{1}, 9}}) == 0);
  CHECK(three.reached(std::vector<Ack>{{MemberId{1}, 9}, {MemberId{2}, 5}}) == 5);
  CHECK(three.reached(std::vector<Ack>{{MemberId{1}, 9}, {MemberId{2}, 5}, {MemberId{3}, 7}}) == 7);
}

TEST_CASE("an even number of voters needs one more than half") {
  const Quorum four{members({1, 2, 3, 4}), {}};
  const std::vector<Ack> acks{{MemberId{1}, 8}, {MemberId{2}, 7}, {MemberId{3}, 3}};
  CHECK(four.reached(acks) == 3);
}

TEST_CASE("who is no voter does not count") {
  const Quorum two{members({1, 2}), {}};
  CHECK(two.reached(std::vector<Ack>{{MemberId{1}, 4}, {MemberId{3}, 9}, {MemberId{4}, 9}}) == 0);
  CHECK(two.result(std::vector<Vote>{{MemberId{1}, true}, {MemberId{3}, true}}) ==
        VoteResult::pending);
}

TEST_CASE("a joint decision needs both majorities (thesis §4.3)") {
  const Quorum joint{members({1, 2, 3}), members({3, 4, 5})};
  std::vector<Ack> acks{{MemberId{1}, 10}, {MemberId{2}, 10}, {MemberId{3}, 10}};
  CHECK(joint.reached(acks) == 0);
  acks.push_back({MemberId{4}, 6});
  CHECK(joint.reached(acks) == 6);

  const std::vector<Vote> only_new{{MemberId{1}, true}, {MemberId{2}, true}, {MemberId{3}, true}};
  CHECK(joint.result(only_new) == VoteResult::pending);
  const std::vector<Vote> both{{MemberId{1}, true}, {MemberId{3}, true}, {MemberId{5}, true}};
  CHECK(joint.result(both) == VoteResult::won);
  const std::vector<Vote> old_against{
      {MemberId{1}, true}, {MemberId{2}, true}, {MemberId{4}, false}, {MemberId{5}, false}};
  CHECK(joint.result(old_against) == VoteResult::lost);
}

TEST_CASE("a vote is lost as soon as it cannot be won any more") {
  const Quorum three{members({1, 2, 3}), {}};
  CHECK(three.result({}) == VoteResult::pending);
  CHECK(three.result(std::vector<Vote>{{MemberId{1}, true}, {MemberId{2}, false}}) ==
        VoteResult::pending);
  CHECK(three.result(std::vector<Vote>{{MemberId{1}, true}, {MemberId{2}, true}}) ==
        VoteResult::won);
  CHECK(three.result(std::vector<Vote>{{MemberId{2}, false}, {MemberId{3}, false}}) ==
        VoteResult::lost);
}

TEST_CASE("without voters nothing is decided") {
  const Quorum none;
  CHECK(none.reached(std::vector<Ack>{{MemberId{1}, 1}}) == 0);
  CHECK(none.result(std::vector<Vote>{{MemberId{1}, true}}) == VoteResult::lost);
  CHECK_FALSE(none.is_single());
}

TEST_CASE("one voter decides alone, unless the configuration is joint") {
  CHECK(Quorum{members({1}), {}}.is_single());
  CHECK_FALSE(Quorum{members({1}), members({2})}.is_single());
  CHECK(Quorum{members({1}), {}}.reached(std::vector<Ack>{{MemberId{1}, 3}}) == 3);
}

TEST_CASE("what is reached agrees with the definition for random acks") {
  Rng rng{1};
  for (int round = 0; round < 2000; ++round) {
    std::vector<MemberId> voters;
    std::vector<MemberId> outgoing;
    std::vector<Ack> acks;
    for (std::uint64_t id = 1; id <= 7; ++id) {
      if (rng.chance(2, 3)) voters.emplace_back(id);
      if (rng.chance(1, 3)) outgoing.emplace_back(id);
      if (rng.chance(3, 4)) acks.push_back({MemberId{id}, rng.below(6)});
    }
    std::uint64_t expected = reached_by_definition(voters, acks);
    if (!outgoing.empty()) expected = std::min(expected, reached_by_definition(outgoing, acks));
    REQUIRE(Quorum{voters, outgoing}.reached(acks) == expected);
    // Which half is which makes no difference.
    if (!voters.empty() && !outgoing.empty()) {
      REQUIRE(Quorum{outgoing, voters}.reached(acks) == expected);
    }
  }
}
