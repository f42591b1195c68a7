#include "server/raft/tracker.h"

#include <doctest/doctest.h>

using namespace quorate;
using namespace quorate::raft;

namespace {

constexpr std::size_t kWindow = 8;

ConfState conf(std::vector<MemberId> voters, std::vector<MemberId> learners = {}) {
  ConfState state;
  state.voters = std::move(voters);
  state.learners = std::move(learners);
  return state;
}

const std::vector<MemberId> kOneTwoThree{MemberId{1}, MemberId{2}, MemberId{3}};

}  // namespace

TEST_CASE("members are found by id, learners are marked") {
  Tracker tracker{conf({MemberId{1}, MemberId{3}}, {MemberId{2}}), Index{5}, kWindow};
  CHECK(tracker.peers().size() == 3);
  REQUIRE(tracker.find(MemberId{2}) != nullptr);
  CHECK(tracker.find(MemberId{2})->is_learner);
  CHECK_FALSE(tracker.find(MemberId{3})->is_learner);
  CHECK(tracker.find(MemberId{4}) == nullptr);
  CHECK_FALSE(tracker.is_voter(MemberId{2}));
}

TEST_CASE("who stays in the configuration keeps its progress, who is new counts as active") {
  Tracker tracker{conf(kOneTwoThree), Index{5}, kWindow};
  tracker.reset(Index{5});
  tracker.find(MemberId{2})->progress.acknowledged(Index{4});
  tracker.switch_to(conf({MemberId{2}}, {MemberId{3}, MemberId{4}}), Index{9});
  CHECK(tracker.find(MemberId{1}) == nullptr);
  CHECK(tracker.find(MemberId{2})->progress.match() == Index{4});
  CHECK(tracker.find(MemberId{3})->is_learner);
  CHECK_FALSE(tracker.find(MemberId{3})->progress.is_recently_active());
  CHECK(tracker.find(MemberId{4})->progress.is_recently_active());
  CHECK(tracker.find(MemberId{4})->progress.next() == Index{9});
}

TEST_CASE("learners hold entries but do not commit them (thesis §4.2.1)") {
  Tracker tracker{conf(kOneTwoThree, {MemberId{4}, MemberId{5}}), Index{0}, kWindow};
  for (const std::uint64_t id : {1, 4, 5}) {
    tracker.find(MemberId{id})->progress.acknowledged(Index{7});
  }
  CHECK(tracker.committed() == Index{0});
  tracker.find(MemberId{3})->progress.acknowledged(Index{6});
  CHECK(tracker.committed() == Index{6});
}

TEST_CASE("a quorum is active when a majority of voters was heard") {
  Tracker tracker{conf(kOneTwoThree, {MemberId{4}}), Index{0}, kWindow};
  tracker.reset(Index{0});
  tracker.find(MemberId{1})->progress.set_recently_active(true);
  tracker.find(MemberId{4})->progress.set_recently_active(true);
  CHECK_FALSE(tracker.is_quorum_active());
  tracker.find(MemberId{2})->progress.set_recently_active(true);
  CHECK(tracker.is_quorum_active());
}

TEST_CASE("a member's first vote counts") {
  Tracker tracker{conf(kOneTwoThree), Index{0}, kWindow};
  tracker.record_vote(MemberId{1}, true);
  tracker.record_vote(MemberId{2}, false);
  tracker.record_vote(MemberId{2}, true);
  CHECK(tracker.vote_result() == VoteResult::pending);
  tracker.record_vote(MemberId{3}, true);
  CHECK(tracker.vote_result() == VoteResult::won);
  tracker.reset_votes();
  CHECK(tracker.vote_result() == VoteResult::pending);
}
