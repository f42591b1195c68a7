#include "server/raft/conf_changer.h"

#include <algorithm>
#include <bit>

#include <doctest/doctest.h>

#include "common/rng.h"
#include "server/raft/describe.h"
#include "server/raft/quorum.h"
#include "tests/raft/conf_change_text.h"

using namespace quorate;
using namespace quorate::raft;
using quorate::raft::testing::conf_change_from;

namespace {

ConfState voters(std::initializer_list<std::uint64_t> ids) {
  ConfState conf;
  for (const std::uint64_t id : ids) conf.voters.emplace_back(id);
  return conf;
}

// The configuration in words, or why the change is refused.
std::string changed(const ConfState& conf, std::string_view change) {
  const Result<ConfState> next = ConfChanger{conf}.change(conf_change_from(change));
  return next ? to_text(*next) : next.error().message;
}

ConfState after(ConfState conf, std::initializer_list<std::string_view> changes) {
  for (const std::string_view change : changes) {
    conf = ConfChanger{conf}.change(conf_change_from(change)).value();
  }
  return conf;
}

}  // namespace

TEST_CASE("single changes add, promote, demote and remove (thesis §4.1)") {
  CHECK(changed(voters({1}), "add n2") == "(n1 n2)");
  CHECK(changed(voters({1, 2}), "learner n3") == "(n1 n2) learners(n3)");
  CHECK(changed(after(voters({1}), {"learner n2"}), "add n2") == "(n1 n2)");
  CHECK(changed(voters({1, 2}), "learner n2") == "(n1) learners(n2)");
  CHECK(changed(voters({1, 2}), "remove n1") == "(n2)");
  CHECK(changed(after(voters({1}), {"learner n2"}), "remove n2") == "(n1)");
  CHECK(changed(voters({1, 2}), "update n2") == "(n1 n2)");
}

TEST_CASE("changes that change nothing are allowed") {
  CHECK(changed(voters({1, 2}), "add n2") == "(n1 n2)");
  CHECK(changed(voters({1, 2}), "remove n7") == "(n1 n2)");
  CHECK(changed(after(voters({1}), {"learner n2"}), "learner n2") == "(n1) learners(n2)");
}

TEST_CASE("the first voters come one by one, the last one stays") {
  CHECK(changed({}, "add n1") == "(n1)");
  CHECK(changed(voters({1}), "remove n1") == "removed all voters");
  CHECK(changed(voters({1}), "learner n1") == "removed all voters");
  CHECK(changed({}, "learner n1") == "removed all voters");
}

TEST_CASE("a refused change is no change, also in a joint configuration") {
  CHECK(changed(voters({1, 2}), "add n0") == "(n1 n2)");
  const ConfState joint = after(voters({1, 2}), {"joint add n3"});
  CHECK(changed(joint, "remove n0") == to_text(joint));
}

TEST_CASE("more than one change goes through a joint configuration (thesis §4.3)") {
  CHECK(changed(voters({1, 2, 3}), "add n4, add n5") == "(n1 n2 n3 n4 n5)&(n1 n2 n3) auto_leave");
  CHECK(changed(voters({1, 2, 3}), "explicit remove n1, add n4") == "(n2 n3 n4)&(n1 n2 n3)");
  CHECK(changed(voters({1}), "joint add n2") == "(n1 n2)&(n1) auto_leave");
}

TEST_CASE("a joint configuration is left as a whole") {
  const ConfState joint = after(voters({1, 2, 3}), {"joint remove n1, add n4, learner n5"});
  CHECK(to_text(joint) == "(n2 n3 n4)&(n1 n2 n3) learners(n5) auto_leave");
  CHECK(changed(joint, "") == "(n2 n3 n4) learners(n5)");
}

TEST_CASE("a demoted voter becomes a learner only when the joint configuration ends") {
  const ConfState joint = after(voters({1, 2, 3}), {"joint learner n3, add n4"});
  CHECK(to_text(joint) == "(n1 n2 n4)&(n1 n2 n3) learners_next(n3) auto_leave");
  CHECK(changed(joint, "") == "(n1 n2 n4) learners(n3)");
}

TEST_CASE("nothing but leaving is possible within a joint configuration") {
  const ConfState joint = after(voters({1, 2}), {"joint add n3"});
  CHECK(changed(joint, "add n4") == "a simple change within a joint configuration");
  CHECK(changed(joint, "joint add n4") == "already joint");
}

TEST_CASE("what is not joint cannot be left, what has no voters cannot be joint") {
  CHECK(changed(voters({1}), "") == "not joint");
  CHECK(changed({}, "joint add n1") == "no voters to be joint with");
}

TEST_CASE("a simple change moves at most one voter") {
  const std::vector<ConfChangeSingle> two{{ConfChangeType::add_voter, MemberId{2}},
                                          {ConfChangeType::add_voter, MemberId{3}}};
  CHECK_FALSE(ConfChanger{voters({1})}.simple(two).has_value());
}

TEST_CASE("unsound configurations are recognised") {
  CHECK(check_conf(voters({1, 2})).has_value());
  CHECK_FALSE(check_conf(voters({2, 1})).has_value());
  CHECK_FALSE(check_conf(voters({1, 1})).has_value());
  CHECK_FALSE(check_conf(voters({0, 1})).has_value());
  CHECK_FALSE(check_conf({.voters = {MemberId{1}}, .learners = {MemberId{1}}}).has_value());
  CHECK_FALSE(check_conf({.voters = {MemberId{1}}, .learners_next = {MemberId{2}}}).has_value());
  ConfState left_alone = voters({1});
  left_alone.auto_leave = true;
  CHECK_FALSE(check_conf(left_alone).has_value());
}

namespace {

bool decides(const ConfState& conf, std::uint64_t yes) {
  std::vector<Vote> votes;
  for (std::uint64_t id = 1; id <= 6; ++id) {
    if ((yes >> id & 1) != 0) votes.push_back({MemberId{id}, true});
  }
  return Quorum{conf.voters, conf.voters_outgoing}.result(votes) == VoteResult::won;
}

// No two disjoint sets of members may decide, one under each configuration.
void require_quorums_meet(const ConfState& before, const ConfState& now) {
  for (std::uint64_t yes = 0; yes < 128; yes += 2) {
    const bool both = decides(before, yes) && decides(now, 126 & ~yes);
    REQUIRE_MESSAGE(!both, to_text(before) << " then " << to_text(now));
  }
}

ConfChange random_change(Rng& rng) {
  ConfChange change;
  change.transition = static_cast<ConfTransition>(rng.below(3));
  for (std::uint64_t n = rng.below(4); n > 0; --n) {
    change.changes.push_back(
        {static_cast<ConfChangeType>(rng.below(4)), MemberId{rng.below(6) + 1}});
  }
  return change;
}

}  // namespace

TEST_CASE("quorums before and after any change have a member in common (thesis §4.1, §4.3)") {
  Rng rng{7};
  ConfState conf = voters({1, 2, 3});
  int joints = 0;
  int refusals = 0;
  for (int step = 0; step < 5000; ++step) {
    const Result<ConfState> next = ConfChanger{conf}.change(random_change(rng));
    if (!next) {
      ++refusals;
      continue;
    }
    REQUIRE(check_conf(*next).has_value());
    require_quorums_meet(conf, *next);
    joints += is_joint(*next) ? 1 : 0;
    conf = *next;
  }
  CHECK(joints > 100);
  CHECK(refusals > 100);
}
