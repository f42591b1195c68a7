#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "server/replica/replica.h"
#include "tests/replica/hand_member.h"

using namespace quorate;
using namespace quorate::replica;
using namespace quorate::replica::testing;

namespace {

// What came of a change; shared with the callback the replica holds.
struct ChangeAnswer {
  int times = 0;
  std::string error = "none yet";
  std::vector<membership::Member> members;
};
using ChangeAnswerPtr = std::shared_ptr<ChangeAnswer>;

Replica::MembersChanged into(const ChangeAnswerPtr& answer) {
  return [answer](Result<std::vector<membership::Member>> members) {
    ++answer->times;
    answer->error = members ? "ok" : members.error().message;
    if (members) answer->members = *members;
  };
}

ChangeAnswerPtr add(HandMember& member, const char* url, membership::MemberKind kind) {
  auto answer = std::make_shared<ChangeAnswer>();
  member.replica->add_member({*Url::parse(url)}, kind, into(answer));
  return answer;
}
ChangeAnswerPtr add_learner(HandMember& member, const char* url = "http://b:1") {
  return add(member, url, membership::MemberKind::learner);
}
ChangeAnswerPtr remove(HandMember& member, MemberId id) {
  auto answer = std::make_shared<ChangeAnswer>();
  member.replica->remove_member(id, into(answer));
  return answer;
}
ChangeAnswerPtr promote(HandMember& member, MemberId id) {
  auto answer = std::make_shared<ChangeAnswer>();
  member.replica->promote_member(id, into(answer));
  return answer;
}
ChangeAnswerPtr update(HandMember& member, MemberId id, std::vector<std::string> urls) {
  auto answer = std::make_shared<ChangeAnswer>();
  member.replica->update_member(id, std::move(urls), into(answer));
  return answer;
}

// The one that was added.
MemberId learner_of(const HandMember& member) {
  for (const auto& each : member.replica->members().list()) {
    if (each.is_learner) return each.id;
  }
  return {};
}

}  // namespace

TEST_CASE("a learner is answered when it is applied; the member serves on and remembers it") {
  HandMember member;
  member.run();
  const auto added = add_learner(member);
  CHECK(added->times == 0);
  member.run();
  CHECK(added->error == "ok");
  CHECK(added->members.size() == 2);
  CHECK(learner_of(member) != MemberId{});

  const auto put = member.put("k", "v");
  member.run();
  CHECK(put->error() == "ok");

  member.restart();
  member.run();
  CHECK(member.is_ready);
  REQUIRE(learner_of(member) != MemberId{});
  const auto removed = remove(member, learner_of(member));
  member.run();
  CHECK(removed->error == "ok");
  CHECK(removed->members.size() == 1);
}

TEST_CASE("a change that the members refuse is answered with why, and changes nothing") {
  HandMember member;
  member.run();
  add_learner(member);
  member.run();
  member.clock.advance(std::chrono::seconds{1});  // the time is part of an id
  const auto second = add_learner(member, "http://c:1");
  member.run();
  CHECK(second->error == "etcdserver: too many learner members in cluster");
  const auto unknown = remove(member, MemberId{99});
  member.run();
  CHECK(unknown->error == "etcdserver: member not found");
  CHECK(member.replica->members().size() == 2);
}

TEST_CASE("the last voter stays, unless nobody checks") {
  HandMember member;
  member.run();
  CHECK(remove(member, MemberId{1})->error ==
        "etcdserver: re-configuration failed due to not enough started members");

  HandMember::Options options = HandMember{}.options;
  options.config.strict_reconfig_check = false;
  HandMember careless{options};
  careless.run();
  const auto removed = remove(careless, MemberId{1});
  careless.run();
  CHECK(removed->error == "removed all voters");
  CHECK(careless.replica->members().size() == 1);
}

TEST_CASE("a learner that has nothing of the log is not promoted; a voter cannot be") {
  HandMember member;
  member.run();
  add_learner(member);
  member.run();
  CHECK(promote(member, learner_of(member))->error ==
        "etcdserver: can only promote a learner member which is in sync with leader");
  const auto voter = promote(member, MemberId{1});
  const auto unknown = promote(member, MemberId{99});
  member.run();
  CHECK(voter->error == "etcdserver: can only promote a learner member");
  CHECK(unknown->error == "none yet");  // only one change at a time enters the log
}

TEST_CASE("a learner that gets another address stays a learner") {
  HandMember member;
  member.run();
  add_learner(member);
  member.run();
  const MemberId id = learner_of(member);
  const auto updated = update(member, id, {"http://c:1", "no url"});
  member.run();
  CHECK(updated->error == "ok");
  const auto* now = member.replica->members().find(id);
  CHECK(now->is_learner);
  CHECK(now->peer_urls == std::vector<std::string>{"http://c:1", "no url"});
}

TEST_CASE("a change that does not get through is answered in time, and at the end") {
  HandMember member;
  member.run();
  const auto lost = add_learner(member);
  member.flush();  // never durable
  member.tick(static_cast<int>(member.options.config.request_timeout_ticks));
  CHECK(lost->error == "etcdserver: request timed out");

  const auto waiting = remove(member, MemberId{99});
  CHECK(waiting->times == 0);
  member.replica->stop();
  CHECK(waiting->error == "etcdserver: server stopped");
  CHECK(add_learner(member)->error == "etcdserver: server stopped");
  CHECK(lost->times == 1);
}
