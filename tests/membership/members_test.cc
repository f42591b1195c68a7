#include "server/membership/members.h"

#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

using namespace quorate;
using namespace quorate::membership;

namespace {

Member voter(std::uint64_t id, const char* url) {
  return {MemberId{id}, {}, {url}, {}, false};
}
Member learner(std::uint64_t id, const char* url) {
  return {MemberId{id}, {}, {url}, {}, true};
}

Status add(Members& members, Member member) {
  return members.add(std::move(member), 1);
}
bool is_done(const Status& status) {
  return status.has_value();
}
std::string refusal(const Status& status) {
  return status ? "none" : status.error().message;
}

}  // namespace

TEST_CASE("an id and an address belong to one member") {
  Members members;
  REQUIRE(is_done(add(members, voter(1, "http://a:1"))));
  CHECK(refusal(add(members, voter(1, "http://b:1"))) == "etcdserver: member ID already exist");
  CHECK(refusal(add(members, voter(2, "http://a:1"))) == "etcdserver: Peer URLs already exists");
  CHECK(members.size() == 1);
}

TEST_CASE("an id is never used again") {
  Members members;
  REQUIRE(is_done(add(members, voter(1, "http://a:1"))));
  REQUIRE(is_done(members.remove(MemberId{1})));
  CHECK(refusal(add(members, voter(1, "http://a:1"))) == "etcdserver: member not found");
  CHECK(refusal(members.remove(MemberId{1})) == "etcdserver: member not found");
}

TEST_CASE("one learner at a time; an address in use is said first") {
  Members members;
  REQUIRE(is_done(add(members, learner(1, "http://a:1"))));
  CHECK(refusal(add(members, learner(2, "http://b:1"))) ==
        "etcdserver: too many learner members in cluster");
  CHECK(refusal(add(members, learner(2, "http://a:1"))) == "etcdserver: Peer URLs already exists");
  REQUIRE(is_done(members.promote(MemberId{1})));
  CHECK(is_done(add(members, learner(2, "http://b:1"))));
}

TEST_CASE("so many learners as are allowed") {
  Members members;
  REQUIRE(is_done(members.add(learner(1, "http://a:1"), 2)));
  REQUIRE(is_done(members.add(learner(2, "http://b:1"), 2)));
  CHECK(refusal(members.add(learner(3, "http://c:1"), 2)) ==
        "etcdserver: too many learner members in cluster");
  CHECK(is_done(members.add(voter(4, "http://d:1"), 0)));
}

TEST_CASE("only a learner is promoted") {
  Members members;
  REQUIRE(is_done(add(members, voter(1, "http://a:1"))));
  CHECK(refusal(members.promote(MemberId{1})) == "etcdserver: can only promote a learner member");
  CHECK(refusal(members.promote(MemberId{2})) == "etcdserver: member not found");
}

TEST_CASE("an update replaces all that consensus knows of a member") {
  Members members;
  REQUIRE(is_done(add(members, voter(1, "http://a:1"))));
  REQUIRE(is_done(add(members, learner(2, "http://b:1"))));
  members.set_attributes(MemberId{2}, "two", {"http://b:2"});
  CHECK(refusal(members.update(MemberId{2}, {"http://a:1"}, true)) ==
        "etcdserver: Peer URLs already exists");
  CHECK(refusal(members.update(MemberId{3}, {"http://c:1"}, true)) ==
        "etcdserver: member not found");
  REQUIRE(is_done(members.update(MemberId{2}, {"http://b:1", "http://c:1"}, true)));
  CHECK(members.find(MemberId{2})->is_learner);
  REQUIRE(is_done(members.update(MemberId{2}, {}, false)));
  CHECK_FALSE(members.find(MemberId{2})->is_learner);
  CHECK(members.find(MemberId{2})->peer_urls.empty());
  CHECK(members.find(MemberId{2})->name == "two");
}
