// What etcd 3.4.23 answers and counts, in the order it was asked; and what later versions changed.
#include "server/auth/store.h"

#include <doctest/doctest.h>

#include "common/json/base64.h"
#include "proto/rpc.pb.h"
#include "server/auth/errors.h"
#include "tests/auth/store_world.h"

using namespace quorate;
using namespace quorate::auth;
namespace pb = etcdserverpb;

namespace {

std::uint64_t revision_of(const StoreWorld& world) {
  return world.store.revision().value();
}

template <class Request>
Status named(StoreWorld& world, const std::string& name) {
  Request request;
  request.set_name(name);
  return world.store.apply(request);
}

Status delete_user(StoreWorld& world, const std::string& name) {
  return named<pb::AuthUserDeleteRequest>(world, name);
}

Status delete_role(StoreWorld& world, const std::string& role) {
  pb::AuthRoleDeleteRequest request;
  request.set_role(role);
  return world.store.apply(request);
}

Status revoke_role(StoreWorld& world, const std::string& user, const std::string& role) {
  pb::AuthUserRevokeRoleRequest request;
  request.set_name(user);
  request.set_role(role);
  return world.store.apply(request);
}

Status revoke(StoreWorld& world, const std::string& role, const std::string& key,
              const std::string& range_end = {}) {
  pb::AuthRoleRevokePermissionRequest request;
  request.set_role(role);
  request.set_key(key);
  request.set_range_end(range_end);
  return world.store.apply(request);
}

std::vector<std::string> permissions(const StoreWorld& world, const std::string& role) {
  pb::AuthRoleGetRequest request;
  request.set_role(role);
  std::vector<std::string> lines;
  const auto answer = world.store.answer(request);
  for (const auto& perm : answer->perm()) {
    lines.push_back(std::to_string(perm.permtype()) + " " + perm.key() + "-" + perm.range_end());
  }
  return lines;
}

}  // namespace

TEST_CASE("enabling needs the user root, and that it has the role root") {
  StoreWorld world;
  CHECK(world.enable().error() == root_user_missing());
  REQUIRE(world.add_user("root").has_value());
  CHECK(world.enable().error() == root_role_missing());
  REQUIRE(world.grant_role("root", "root").has_value());  // although there is no such role
  CHECK(world.enable().has_value());
  CHECK(world.enable().has_value());
  CHECK(world.store.is_enabled());
}

TEST_CASE("every change moves the revision on; enabling and repeated grants do not") {
  StoreWorld world;
  CHECK(revision_of(world) == 1);
  REQUIRE(world.disable().has_value());  // is off already
  CHECK(revision_of(world) == 1);
  REQUIRE(world.add_user("root").has_value());
  CHECK(revision_of(world) == 2);
  CHECK(world.add_user("root").error() == user_exists());
  REQUIRE(world.grant_role("root", "root").has_value());
  REQUIRE(world.grant_role("root", "root").has_value());
  CHECK(revision_of(world) == 3);
  REQUIRE(world.add_role("r").has_value());
  REQUIRE(world.grant("r", kRead, "a").has_value());
  REQUIRE(world.grant("r", kRead, "a").has_value());  // counts all the same
  CHECK(revision_of(world) == 6);
  REQUIRE(world.enable().has_value());
  CHECK(revision_of(world) == 6);
  REQUIRE(world.disable().has_value());
  CHECK(revision_of(world) == 7);
  REQUIRE(revoke(world, "r", "a").has_value());
  REQUIRE(delete_role(world, "r").has_value());
  REQUIRE(revoke_role(world, "root", "root").has_value());
  REQUIRE(delete_user(world, "root").has_value());
  CHECK(revision_of(world) == 11);
}

TEST_CASE("refusals change nothing") {
  StoreWorld world;
  REQUIRE(world.add_user("u").has_value());
  REQUIRE(world.add_role("r").has_value());
  const auto before = world.store.revision();
  (void)world.store.take_changes();
  CHECK(named<pb::AuthUserAddRequest>(world, "").error() == user_empty());
  CHECK(world.add_role("").error() == role_empty());
  CHECK(world.add_role("r").error() == role_exists());
  CHECK(world.grant_role("nobody", "r").error() == user_not_found());
  CHECK(world.grant_role("u", "none").error() == role_not_found());
  CHECK(revoke_role(world, "nobody", "r").error() == user_not_found());
  CHECK(revoke_role(world, "u", "r").error() == role_not_granted());
  CHECK(delete_user(world, "nobody").error() == user_not_found());
  CHECK(delete_role(world, "none").error() == role_not_found());
  CHECK(world.grant("none", kRead, "a").error() == role_not_found());
  CHECK(revoke(world, "none", "a").error() == role_not_found());
  CHECK(revoke(world, "r", "a").error() == permission_not_granted());
  CHECK(named<pb::AuthUserChangePasswordRequest>(world, "nobody").error() == user_not_found());
  CHECK(world.store.revision() == before);
  CHECK(world.store.take_changes().empty());
}

TEST_CASE("a permission needs a range that holds a key (3.5)") {
  StoreWorld world;
  REQUIRE(world.add_role("r").has_value());
  CHECK(world.grant("r", kRead, "").error() == invalid_management());
  CHECK(world.grant("r", kRead, "", "b").error() == invalid_management());
  CHECK(world.grant("r", kRead, "b", "b").error() == invalid_management());
  CHECK(world.grant("r", kRead, "b", "a").error() == invalid_management());
  CHECK(world.grant("r", kRead, "b", std::string(1, '\0')).has_value());
  pb::AuthRoleGrantPermissionRequest without;
  without.set_name("r");
  CHECK(world.store.apply(without).error() == permission_not_given());
}

TEST_CASE("permissions stand by key, then in the order they came") {
  StoreWorld world;
  REQUIRE(world.add_role("r").has_value());
  REQUIRE(world.grant("r", kRead, "b").has_value());
  REQUIRE(world.grant("r", kRead, "a").has_value());
  REQUIRE(world.grant("r", kWrite, "a", "c").has_value());
  REQUIRE(world.grant("r", kWrite, "a", "b").has_value());
  CHECK(permissions(world, "r") == std::vector<std::string>{"0 a-", "1 a-c", "1 a-b", "0 b-"});

  // The first of a key is changed; an equal one behind it gets a companion, as in etcd.
  REQUIRE(world.grant("r", kReadWrite, "a").has_value());
  REQUIRE(world.grant("r", kReadWrite, "a", "b").has_value());
  CHECK(permissions(world, "r") ==
        std::vector<std::string>{"2 a-", "1 a-c", "1 a-b", "2 a-b", "0 b-"});
  REQUIRE(revoke(world, "r", "a", "b").has_value());
  CHECK(permissions(world, "r") == std::vector<std::string>{"2 a-", "1 a-c", "0 b-"});
}

TEST_CASE("the role root is shown as what it is once it exists (3.6)") {
  StoreWorld world;
  pb::AuthRoleGetRequest request;
  request.set_role("root");
  CHECK(world.store.answer(request).error() == role_not_found());
  REQUIRE(world.add_role("root").has_value());
  REQUIRE(world.grant("root", kRead, "a").has_value());
  const auto answer = world.store.answer(request);
  REQUIRE(answer->perm_size() == 1);
  CHECK(answer->perm(0).permtype() == authpb::Permission::READWRITE);
  CHECK(answer->perm(0).key().empty());
  CHECK(answer->perm(0).range_end() == std::string(1, '\0'));
}

TEST_CASE("while it is on, root stays root") {
  StoreWorld world;
  world.set_up({});
  REQUIRE(world.add_role("root").has_value());
  CHECK(delete_user(world, "root").error() == invalid_management());
  CHECK(delete_role(world, "root").error() == invalid_management());
  CHECK(revoke_role(world, "root", "root").error() == invalid_management());
  CHECK(revoke_role(world, "root", "none").error() == role_not_granted());
  REQUIRE(world.disable().has_value());
  CHECK(revoke_role(world, "root", "root").has_value());
  CHECK(delete_role(world, "root").has_value());
  CHECK(delete_user(world, "root").has_value());
}

TEST_CASE("deleting a role takes it from its users") {
  StoreWorld world;
  world.set_up({{"u", {{kReadWrite, "a", {}}}}});
  REQUIRE(world.authorizer.range(world.as("u"), "a", {}).has_value());
  REQUIRE(delete_role(world, "u").has_value());
  CHECK(world.store.find_user("u")->roles.empty());
  CHECK(world.authorizer.range(world.as("u"), "a", {}).error() == permission_denied());
}

TEST_CASE("a new password or a deletion takes the user's tokens, switching off all") {
  StoreWorld world;
  world.set_up({{"a", {}}, {"b", {}}});
  const auto log_in = [&](const char* user, std::uint64_t index) {
    return *world.store.authenticate({user, {}, "prefix", Index{index}}, Store::Waiting::client);
  };
  const auto is_valid = [&](const std::string& token) {
    return world.tokens.check(token, world.store.revision()).has_value();
  };
  const std::string a1 = log_in("a", 1);
  const std::string b2 = log_in("b", 2);
  CHECK(a1 == "prefix.1");
  REQUIRE(named<pb::AuthUserChangePasswordRequest>(world, "a").has_value());
  CHECK_FALSE(is_valid(a1));
  CHECK(is_valid(b2));
  const std::string a3 = log_in("a", 3);
  REQUIRE(delete_user(world, "b").has_value());
  CHECK_FALSE(is_valid(b2));
  CHECK(is_valid(a3));
  REQUIRE(world.disable().has_value());
  CHECK_FALSE(is_valid(a3));
}

TEST_CASE("who can log in") {
  StoreWorld world;
  REQUIRE(world.add_user("u").has_value());
  CHECK(world.store.password_hash_of("u").error() == not_enabled());
  CHECK(world.store.authenticate({"u", {}, {}, {}}, Store::Waiting::client).error() ==
        not_enabled());
  pb::AuthUserAddRequest certificate_only;
  certificate_only.set_name("np");
  certificate_only.set_password("ignored");
  certificate_only.mutable_options()->set_no_password(true);
  REQUIRE(world.store.apply(certificate_only).has_value());
  world.set_up({});
  CHECK(*world.store.password_hash_of("u") == "hash of pw");
  CHECK(world.store.password_hash_of("nobody").error() == wrong_password());
  CHECK(world.store.password_hash_of("np").error() == no_password_user());
  CHECK(world.store.authenticate({"nobody", {}, {}, {}}, Store::Waiting::client).error() ==
        wrong_password());
  CHECK(world.store.authenticate({"np", {}, {}, {}}, Store::Waiting::client).error() ==
        wrong_password());
}

TEST_CASE("a proposed hash is taken as it is; a typed password of older entries is hashed here") {
  StoreWorld world;
  pb::AuthUserAddRequest add;
  add.set_name("u");
  std::string encoded;
  json::append_base64("$2a$04$hash", encoded);
  add.set_hashedpassword(encoded);
  REQUIRE(world.store.apply(add).has_value());
  CHECK(world.store.find_user("u")->password_hash == "$2a$04$hash");

  pb::AuthUserChangePasswordRequest change;
  change.set_name("u");
  change.set_password("typed");
  REQUIRE(world.store.apply(change).has_value());
  CHECK(world.store.find_user("u")->password_hash == "hash of typed");
  change.set_password("");  // no password fits any more
  REQUIRE(world.store.apply(change).has_value());
  CHECK(world.store.find_user("u")->password_hash.empty());

  change.set_hashedpassword("not base64!");
  CHECK(world.store.apply(change).error() == no_password_user());
}

TEST_CASE("lists are sorted") {
  StoreWorld world;
  for (const char* name : {"b", "root", "a"}) {
    REQUIRE(world.add_user(name).has_value());
    REQUIRE(world.add_role(name).has_value());
  }
  REQUIRE(world.grant_role("a", "b").has_value());
  REQUIRE(world.grant_role("a", "a").has_value());
  CHECK(world.store.answer(pb::AuthUserListRequest{}).ShortDebugString() ==
        R"(users: "a" users: "b" users: "root")");
  CHECK(world.store.answer(pb::AuthRoleListRequest{}).ShortDebugString() ==
        R"(roles: "a" roles: "b" roles: "root")");
  pb::AuthUserGetRequest get;
  get.set_name("a");
  CHECK(world.store.answer(get)->ShortDebugString() == R"(roles: "a" roles: "b")");
  get.set_name("nobody");
  CHECK(world.store.answer(get).error() == user_not_found());
  CHECK(world.store.answer(pb::AuthStatusRequest{}).ShortDebugString() == "authRevision: 9");
}

TEST_CASE("restoring replaces everything, or nothing when a row is damaged") {
  StoreWorld world;
  world.set_up({{"u", {{kReadWrite, "a", "b"}}}});
  std::vector<Store::Change> changes = world.store.take_changes();

  StoreWorld other;
  REQUIRE(other.add_user("old").has_value());
  std::vector<Store::Row> rows;
  for (const auto& change : changes) rows.push_back({change.area, change.key, *change.value});
  REQUIRE(other.store.restore(rows).has_value());
  CHECK(other.store.is_enabled());
  CHECK(other.store.revision() == world.store.revision());
  CHECK(other.store.find_user("old") == nullptr);
  CHECK(other.authorizer.range(other.as("u"), "a", {}).has_value());
  CHECK(other.store.take_changes().empty());

  rows.push_back({Area::auth_users, "x", "damaged"});
  CHECK(other.store.restore(rows).error().code == Code::data_loss);
  CHECK(other.store.find_user("u") != nullptr);

  REQUIRE(other.store.restore({}).has_value());  // a store that was never saved
  CHECK(other.store.find_user("u") == nullptr);
  CHECK(other.store.revision() == AuthRevision{1});
  REQUIRE(other.store.take_changes().size() == 1);
}
