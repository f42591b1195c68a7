// Users and roles as part of the replicated state: what is asked when an entry is applied, in whose
// name, and what a restart finds.
#include "server/replica/access.h"

#include <doctest/doctest.h>

#include "server/auth/errors.h"
#include "tests/replica/hand_member.h"

using namespace quorate;
using namespace quorate::replica;
using namespace quorate::replica::testing;
namespace pb = etcdserverpb;

namespace {

// u may read and write "mine"; root's password is never asked for here.
struct Guarded : HandMember {
  Guarded() {
    run();
    for (const char* name : {"root", "u"}) {
      pb::AuthUserAddRequest user;
      user.set_name(name);
      must(user);
      if (name != std::string{auth::kRoot}) {
        pb::AuthRoleAddRequest role;
        role.set_name(name);
        must(role);
      }
      pb::AuthUserGrantRoleRequest grant;
      grant.set_user(name);
      grant.set_role(name);
      must(grant);
    }
    pb::AuthRoleGrantPermissionRequest permission;
    permission.set_name("u");
    permission.mutable_perm()->set_permtype(authpb::Permission::READWRITE);
    permission.mutable_perm()->set_key("mine");
    must(permission);
    must(pb::AuthEnableRequest{});
  }

  [[nodiscard]] auth::Identity as(const std::string& name) const {
    return {name, replica->access().store().revision()};
  }

  // "ok" or the error.
  template <class Message>
  std::string ask(const auth::Identity& who, const Message& request) {
    const auto answer = propose(who, request);
    run();
    return answer->error();
  }
  AnswerPtr propose_put(const auth::Identity& who, const std::string& key, std::int64_t lease = 0) {
    pb::PutRequest request;
    request.set_key(key);
    request.set_value("v");
    request.set_lease(lease);
    return HandMember::put(request, who);
  }
  std::string put(const auth::Identity& who, const std::string& key, std::int64_t lease = 0) {
    const auto answer = propose_put(who, key, lease);
    run();
    return answer->error();
  }

 private:
  template <class Message>
  void must(const Message& request) {
    REQUIRE(ask({}, request) == "ok");
  }
};

std::string denied() {
  return auth::permission_denied().message;
}

}  // namespace

TEST_CASE("a write is permitted to the user in its header, as users are when it is applied") {
  Guarded member;
  CHECK(member.put(member.as("u"), "mine") == "ok");
  CHECK(member.put(member.as("u"), "theirs") == denied());
  CHECK(member.put(member.as("root"), "theirs") == "ok");
  CHECK(member.put(member.as("nobody at all"), "mine") == denied());
  CHECK(member.read_all() == "mine=v@2 theirs=v@3");

  // Proposed while it was permitted, applied when it was not any more.
  const auth::Identity u = member.as("u");
  pb::AuthRoleDeleteRequest removal;
  removal.set_role("u");
  const auto first = member.propose(member.as("root"), removal);
  const auto second = member.propose_put(u, "mine");
  member.run();
  CHECK(first->error() == "ok");
  CHECK(second->error() == auth::old_revision().message);
  CHECK(member.put(member.as("u"), "mine") == denied());
}

TEST_CASE("what nobody asks for is refused before it takes room in the log") {
  Guarded member;
  const Index before = member.replica->raft_status().commit;
  CHECK(member.put({}, "mine") == auth::user_empty().message);
  CHECK(member.ask({}, pb::AuthDisableRequest{}) == auth::user_empty().message);
  pb::TxnRequest txn;
  txn.add_success()->mutable_request_put()->set_key("mine");
  CHECK(member.ask({}, txn) == auth::user_empty().message);
  CHECK(member.replica->raft_status().commit == before);
}

TEST_CASE("users and roles are changed by root alone") {
  Guarded member;
  pb::AuthUserGrantRoleRequest grant;
  grant.set_user("u");
  grant.set_role("root");
  CHECK(member.ask(member.as("u"), grant) == denied());
  CHECK(member.put(member.as("u"), "theirs") == denied());
  CHECK(member.ask(member.as("root"), grant) == "ok");
  CHECK(member.put(member.as("u"), "theirs") == "ok");
}

TEST_CASE("a lease is revoked, and given keys, by those who may delete its keys") {
  Guarded member;
  pb::LeaseGrantRequest grant;
  grant.set_id(7);
  grant.set_ttl(100);
  REQUIRE(member.ask(member.as("root"), grant) == "ok");
  REQUIRE(member.put(member.as("root"), "theirs", 7) == "ok");
  CHECK(member.put(member.as("u"), "mine", 7) == denied());
  pb::LeaseRevokeRequest revoke;
  revoke.set_id(7);
  CHECK(member.ask(member.as("u"), revoke) == denied());
  CHECK(member.read_all() == "theirs=v@2");
  CHECK(member.ask(member.as("root"), revoke) == "ok");
  CHECK(member.read_all().empty());
}

TEST_CASE("the leader ends leases in root's name") {
  Guarded member;
  pb::LeaseGrantRequest grant;
  grant.set_id(7);
  grant.set_ttl(5);
  REQUIRE(member.ask(member.as("root"), grant) == "ok");
  REQUIRE(member.put(member.as("root"), "theirs", 7) == "ok");
  member.clock.advance(std::chrono::seconds{10});
  member.run();
  CHECK(member.read_all().empty());
}

TEST_CASE("a token is known by the entry that made it, and forgotten with its user") {
  Guarded member;
  pb::InternalAuthenticateRequest login;
  login.set_name("u");
  login.set_simple_token("letters");
  const auto answer = member.propose({}, login);
  member.run();
  REQUIRE(answer->error() == "ok");
  const std::string token = std::get<Token>((*answer->result)->outcome).text;
  const auto entry = member.replica->raft_status().commit.value();
  CHECK(token == "letters." + std::to_string(entry - 1));
  CHECK(member.tokens.check(token, {})->username == "u");

  pb::AuthUserDeleteRequest removal;
  removal.set_name("u");
  REQUIRE(member.ask(member.as("root"), removal) == "ok");
  CHECK_FALSE(member.tokens.check(token, {}).has_value());
  CHECK(member.ask({}, login) == auth::wrong_password().message);
}

TEST_CASE("users, roles and whether they are asked for survive a restart") {
  Guarded member;
  const auto revision = member.replica->access().store().revision();
  const auto check = [&] {
    CHECK(member.replica->access().is_on());
    CHECK(member.replica->access().store().revision() == revision);
    CHECK(member.put(member.as("u"), "mine") == "ok");
    CHECK(member.put(member.as("u"), "theirs") == denied());
    CHECK(member.put({}, "mine") == auth::user_empty().message);
  };
  // Out of the table, in which everything is by now.
  REQUIRE(member.table.applied == member.replica->applied());
  member.restart();
  member.run();
  check();
  // Out of the log.
  member.table = HandTable{};
  member.restart();
  member.run();
  check();
}

TEST_CASE("a damaged user in the table is an error") {
  Guarded member;
  const std::vector<AreaChange> rows{{Area::auth_users, "u", "no user"}};
  CHECK_FALSE(member.replica->machine().restore_access(rows).has_value());
  CHECK(member.put(member.as("u"), "mine") == "ok");
}
