#include "server/membership/reconfiguration.h"

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace quorate;
using namespace quorate::membership;

namespace {

enum class Stage { started, unstarted, learner };
constexpr auto kStarted = Stage::started;
constexpr auto kUnstarted = Stage::unstarted;
constexpr auto kLearner = Stage::learner;

// Members 1, 2, ...
Members members(const std::vector<Stage>& stages) {
  Members all;
  for (std::size_t i = 0; i < stages.size(); ++i) {
    Member member;
    member.id = MemberId{i + 1};
    if (stages[i] != kUnstarted) member.name = "m" + std::to_string(i + 1);
    member.is_learner = stages[i] == kLearner;
    all.restore(std::move(member));
  }
  return all;
}

bool is_fine(const Status& status) {
  return status.has_value();
}

}  // namespace

TEST_CASE("a single member may always get a second one") {
  CHECK(is_fine(may_add_voter(members({kStarted}))));
}

TEST_CASE("a voter more must leave a quorum of those who have started") {
  CHECK(is_fine(may_add_voter(members({kStarted, kStarted}))));
  CHECK_FALSE(is_fine(may_add_voter(members({kStarted, kUnstarted}))));
  CHECK(is_fine(may_add_voter(members({kStarted, kStarted, kStarted}))));
  CHECK_FALSE(is_fine(may_add_voter(members({kStarted, kStarted, kUnstarted}))));
}

TEST_CASE("the last voter stays, and so do those that the others cannot do without") {
  CHECK_FALSE(is_fine(may_remove(members({kStarted}), MemberId{1})));
  CHECK(is_fine(may_remove(members({kStarted, kUnstarted}), MemberId{2})));
  CHECK_FALSE(is_fine(may_remove(members({kStarted, kUnstarted}), MemberId{1})));
  CHECK(is_fine(may_remove(members({kStarted, kStarted, kStarted}), MemberId{3})));
  CHECK_FALSE(is_fine(may_remove(members({kStarted, kStarted, kUnstarted}), MemberId{1})));
}

TEST_CASE("learners may go, and count for nothing") {
  CHECK(is_fine(may_remove(members({kStarted, kLearner}), MemberId{2})));
  CHECK_FALSE(is_fine(may_remove(members({kStarted, kLearner}), MemberId{1})));
  CHECK_FALSE(is_fine(may_add_voter(members({kStarted, kUnstarted, kLearner}))));
}

TEST_CASE("who is not there may go as far as the quorum is concerned") {
  CHECK(is_fine(may_remove(members({kStarted}), MemberId{9})));
  CHECK_FALSE(is_fine(may_remove(members({kStarted, kUnstarted}), MemberId{9})));
}

TEST_CASE("a promotion counts the learner as started") {
  CHECK(is_fine(may_promote(members({kStarted, kLearner}))));
  CHECK(is_fine(may_promote(members({kStarted, kUnstarted, kLearner}))));
  CHECK_FALSE(is_fine(may_promote(members({kStarted, kUnstarted, kUnstarted, kLearner}))));
}

TEST_CASE("the refusal has etcd's text and code") {
  const Status refused = may_remove(members({kStarted}), MemberId{1});
  CHECK(refused.error().code == Code::unknown);
  CHECK(refused.error().message ==
        "etcdserver: re-configuration failed due to not enough started members");
}

TEST_CASE("a learner in sync has nine tenths of the leader's log") {
  CHECK(is_fine(is_in_sync(Index{90}, Index{100})));
  CHECK_FALSE(is_fine(is_in_sync(Index{89}, Index{100})));
  CHECK(is_fine(is_in_sync(Index{9}, Index{10})));
  CHECK(is_fine(is_in_sync(Index{5}, Index{5})));
  CHECK_FALSE(is_fine(is_in_sync(Index{4}, Index{5})));  // 4.5 are needed
  CHECK(is_fine(is_in_sync(Index{}, Index{})));
  CHECK_FALSE(is_fine(is_in_sync(Index{}, Index{1})));
  constexpr auto kMax = std::numeric_limits<std::uint64_t>::max();
  CHECK(is_fine(is_in_sync(Index{kMax}, Index{kMax})));
  CHECK_FALSE(is_fine(is_in_sync(Index{kMax / 2}, Index{kMax})));
}
