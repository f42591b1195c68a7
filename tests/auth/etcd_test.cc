// Side by side with a real etcd: the same requests, the same answers, the same bytes on disk.
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "common/boltfile/cursor.h"
#include "common/boltfile/file.h"
#include "common/grpc/channel.h"
#include "common/grpc/stub.h"
#include "server/auth/jwt/jwt_tokens.h"
#include "server/auth/password/bcrypt.h"
#include "tests/auth/store_world.h"
#include "tests/auth/test_keys.h"
#include "tests/common/test_seed.h"
#include "tests/peers/command.h"
#include "tests/peers/etcd_process.h"

using namespace quorate;
using namespace quorate::auth;
using namespace std::chrono_literals;
using test::EtcdProcess;
namespace pb = etcdserverpb;

namespace {

bool has_etcd() {
  if (test::peer_program("etcd") && test::peer_program("etcdctl")) return true;
  MESSAGE("SKIPPED: QUORATE_PEERS names no directory with an etcd and an etcdctl in it");
  return false;
}

EtcdProcess::Options options_with(std::vector<std::string> flags) {
  EtcdProcess::Options options;
  options.more_flags = std::move(flags);
  options.more_flags.push_back("--bcrypt-cost=4");
  return options;
}

// An etcd, and a connection to it.
class Etcd {
 public:
  explicit Etcd(std::vector<std::string> flags = {})
      : process_{options_with(std::move(flags))}, channel_{loop_, to(process_), Rng{1}} {}

  template <class Answer, class Request>
  Result<Answer> call(const std::string& method, const Request& request,
                      const std::string& token = {}) {
    grpc::CallOptions options{.deadline = std::chrono::steady_clock::now() + 60s, .metadata = {}};
    if (!token.empty()) options.metadata.push_back({"token", token});
    return grpc::call_unary<Answer>(channel_, "/etcdserverpb." + method, request, options);
  }

  [[nodiscard]] std::string token_of(const std::string& user) {
    pb::AuthenticateRequest request;
    request.set_name(user);
    request.set_password("pw");
    const auto answer = call<pb::AuthenticateResponse>("Auth/Authenticate", request);
    REQUIRE(answer.has_value());
    return answer->token();
  }

  template <class Answer, class Request>
  void must(const std::string& method, const Request& request) {
    REQUIRE(call<Answer>(method, request).has_value());
  }

  // As StoreWorld::set_up with one user, "u", and step for step the same.
  void set_up(const std::vector<StoreWorld::Grant>& grants) {
    for (const std::string user : {"root", "u"}) {
      pb::AuthUserAddRequest add;
      add.set_name(user);
      add.set_password("pw");
      must<pb::AuthUserAddResponse>("Auth/UserAdd", add);
      if (user != kRoot) {
        pb::AuthRoleAddRequest role;
        role.set_name(user);
        must<pb::AuthRoleAddResponse>("Auth/RoleAdd", role);
      }
      pb::AuthUserGrantRoleRequest grant;
      grant.set_user(user);
      grant.set_role(user);
      must<pb::AuthUserGrantRoleResponse>("Auth/UserGrantRole", grant);
    }
    for (const auto& g : grants) {
      pb::AuthRoleGrantPermissionRequest request;
      request.set_name("u");
      request.mutable_perm()->set_permtype(static_cast<authpb::Permission::Type>(g.type));
      request.mutable_perm()->set_key(g.key);
      request.mutable_perm()->set_range_end(g.range_end);
      must<pb::AuthRoleGrantPermissionResponse>("Auth/RoleGrantPermission", request);
    }
    must<pb::AuthEnableResponse>("Auth/AuthEnable", pb::AuthEnableRequest{});
  }

  // What stands in the buckets of authentication. Requires: it is still off.
  [[nodiscard]] std::map<std::pair<Area, std::string>, std::string> stored() const {
    const test::TempDir dir;
    const std::string path = dir.path() / "snapshot";
    const auto saved =
        test::run_command({test::peer_program("etcdctl")->string(),
                           "--endpoints=" + process_.endpoint(), "snapshot", "save", path});
    REQUIRE(saved.status == 0);
    const auto file = boltfile::File::open(path);
    REQUIRE(file.has_value());
    std::map<std::pair<Area, std::string>, std::string> all;
    constexpr std::pair<Area, const char*> kBuckets[] = {
        {Area::auth, "auth"}, {Area::auth_users, "authUsers"}, {Area::auth_roles, "authRoles"}};
    for (const auto& [area, name] : kBuckets) {
      boltfile::Cursor cursor = (*file->bucket(name))->cursor();
      while (const auto pair = *cursor.next()) all[{area, std::string{pair->key}}] = pair->value;
    }
    for (auto& [place, value] : all) {
      if (place.first == Area::auth_users) value = without_hash(place.second, value);
    }
    return all;
  }

 private:
  // Before 3.5 a user without a password gets one by a change of it, which then serves for nothing.
  static std::string without_hash(const std::string& name, const std::string& value) {
    auto user = decode_user(name, value);
    REQUIRE(user.has_value());
    if (user->has_no_password) user->password_hash.clear();
    return encode_user(name, *user);
  }

  static grpc::ChannelOptions to(const EtcdProcess& process) {
    grpc::ChannelOptions options;
    options.endpoints = {process.endpoint()};
    options.backoff_first = 10ms;
    options.backoff_max = 100ms;
    return options;
  }

  EtcdProcess process_;
  EventLoop loop_;
  grpc::Channel channel_;
};

// The same request to both; both must say the same.
class Pair {
 public:
  template <class Answer, class Request>
  void apply(const std::string& method, const Request& request) {
    INFO(method << ": " << request.ShortDebugString());
    const auto theirs = etcd.call<Answer>("Auth/" + method, request);
    const Status ours = world.store.apply(request);
    REQUIRE(ours.has_value() == theirs.has_value());
    if (!ours) REQUIRE(ours.error() == theirs.error());
  }

  template <class Answer, class Request>
  void ask(const std::string& method, const Request& request) {
    INFO(method << ": " << request.ShortDebugString());
    auto theirs = etcd.call<Answer>("Auth/" + method, request);
    const Result<Answer> ours = world.store.answer(request);
    REQUIRE(ours.has_value() == theirs.has_value());
    if (!ours) {
      REQUIRE(ours.error() == theirs.error());
      return;
    }
    theirs->clear_header();
    REQUIRE(ours->SerializeAsString() == theirs->SerializeAsString());
  }

  Etcd etcd;
  StoreWorld world;
};

// Requests about few users and roles, so that most of them meet something.
class RequestSource {
 public:
  RequestSource(std::uint64_t seed, Pair& pair) : rng_{seed}, pair_{pair} {}

  void next() {
    switch (rng_.below(12)) {
      case 0:
        return add_user();
      case 1:
        return named<pb::AuthUserDeleteRequest, pb::AuthUserDeleteResponse>("UserDelete", user());
      case 2:
      case 3:
        return grant_role();
      case 4:
        return revoke_role();
      case 5:
        return named<pb::AuthRoleAddRequest, pb::AuthRoleAddResponse>("RoleAdd", role());
      case 6:
        return delete_role();
      case 7:
      case 8:
      case 9:
        return grant();
      case 10:
        return revoke();
      default:
        return change_password();
    }
  }

  void ask_everything() {
    pair_.ask<pb::AuthUserListResponse>("UserList", pb::AuthUserListRequest{});
    pair_.ask<pb::AuthRoleListResponse>("RoleList", pb::AuthRoleListRequest{});
    for (const char* name : kUsers) {
      pb::AuthUserGetRequest request;
      request.set_name(name);
      pair_.ask<pb::AuthUserGetResponse>("UserGet", request);
    }
    for (const char* name : kRoles) {
      if (std::string_view{name} == kRoot) continue;  // shown otherwise before 3.6
      pb::AuthRoleGetRequest request;
      request.set_role(name);
      pair_.ask<pb::AuthRoleGetResponse>("RoleGet", request);
    }
  }

 private:
  static constexpr const char* kUsers[] = {"", "root", "u1", "u2"};
  static constexpr const char* kRoles[] = {"", "root", "r1", "r2"};

  std::string user() { return kUsers[rng_.below(std::size(kUsers))]; }
  std::string role() { return kRoles[rng_.below(std::size(kRoles))]; }
  std::string key() { return std::string(1, static_cast<char>('a' + rng_.below(3))); }
  std::string range_end() {
    if (rng_.chance(1, 2)) return {};
    if (rng_.chance(1, 3)) return std::string(1, '\0');
    return std::string(1, static_cast<char>('d' + rng_.below(2)));
  }

  template <class Request, class Answer>
  void named(const std::string& method, const std::string& name) {
    Request request;
    request.set_name(name);
    pair_.apply<Answer>(method, request);
  }
  void add_user() {
    pb::AuthUserAddRequest request;
    request.set_name(user());
    request.mutable_options()->set_no_password(true);  // hashes would differ
    pair_.apply<pb::AuthUserAddResponse>("UserAdd", request);
  }
  void change_password() {
    pb::AuthUserChangePasswordRequest request;
    request.set_name(user());
    request.set_password("new");
    pair_.apply<pb::AuthUserChangePasswordResponse>("UserChangePassword", request);
  }
  void grant_role() {
    pb::AuthUserGrantRoleRequest request;
    request.set_user(user());
    request.set_role(role());
    pair_.apply<pb::AuthUserGrantRoleResponse>("UserGrantRole", request);
  }
  void revoke_role() {
    pb::AuthUserRevokeRoleRequest request;
    request.set_name(user());
    request.set_role(role());
    pair_.apply<pb::AuthUserRevokeRoleResponse>("UserRevokeRole", request);
  }
  void delete_role() {
    pb::AuthRoleDeleteRequest request;
    request.set_role(role());
    pair_.apply<pb::AuthRoleDeleteResponse>("RoleDelete", request);
  }
  void grant() {
    pb::AuthRoleGrantPermissionRequest request;
    request.set_name(role());
    auto& perm = *request.mutable_perm();
    perm.set_permtype(static_cast<authpb::Permission::Type>(rng_.below(3)));
    perm.set_key(key());
    perm.set_range_end(range_end());
    pair_.apply<pb::AuthRoleGrantPermissionResponse>("RoleGrantPermission", request);
  }
  void revoke() {
    pb::AuthRoleRevokePermissionRequest request;
    request.set_role(role());
    request.set_key(key());
    request.set_range_end(range_end());
    pair_.apply<pb::AuthRoleRevokePermissionResponse>("RoleRevokePermission", request);
  }

  Rng rng_;
  Pair& pair_;
};

// The rows that a store's changes leave behind.
std::map<std::pair<Area, std::string>, std::string> rows_of(std::vector<Store::Change> changes) {
  std::map<std::pair<Area, std::string>, std::string> rows;
  for (Store::Change& change : changes) {
    rows.erase({change.area, change.key});
    if (change.value) rows[{change.area, change.key}] = *std::move(change.value);
  }
  return rows;
}

}  // namespace

TEST_CASE("random requests: answers, errors, revision and stored bytes are etcd's") {
  if (!has_etcd()) return;
  for (const std::uint64_t seed : test_seeds(2)) {
    CAPTURE(seed);
    Pair pair;
    RequestSource requests{seed, pair};
    for (int i = 0; i < 250; ++i) requests.next();
    requests.ask_everything();
    pair.apply<pb::AuthDisableResponse>("AuthDisable", pb::AuthDisableRequest{});
    const auto theirs = pair.etcd.stored();
    REQUIRE(rows_of(pair.world.store.take_changes()) == theirs);

    std::vector<Store::Row> rows;
    for (const auto& [place, value] : theirs) rows.push_back({place.first, place.second, value});
    REQUIRE(pair.world.store.restore(rows).has_value());
    CHECK(pair.world.store.take_changes().empty());
    requests.ask_everything();
  }
}

TEST_CASE("random permissions: the authorizer lets through what etcd lets through") {
  if (!has_etcd()) return;
  for (const std::uint64_t seed : test_seeds(2)) {
    CAPTURE(seed);
    Rng rng{seed};
    const auto any_key = [&] {
      return std::string(1 + rng.below(2), static_cast<char>('a' + rng.below(6)));
    };
    std::vector<StoreWorld::Grant> grants;
    while (grants.size() < 8) {
      StoreWorld::Grant g{static_cast<PermissionType>(rng.below(3)), any_key(), {}};
      if (rng.chance(2, 3)) g.range_end = any_key();
      if (rng.chance(1, 12)) g.range_end = std::string(1, '\0');
      if (g.range_end.empty() || g.range_end[0] == '\0' || g.key < g.range_end) grants.push_back(g);
    }
    StoreWorld world;
    world.set_up({{"u", grants}});

    Etcd etcd;
    etcd.set_up(grants);
    const std::string token = etcd.token_of("u");
    for (int i = 0; i < 300; ++i) {
      pb::RangeRequest range;
      range.set_serializable(true);
      range.set_key(any_key());
      if (rng.chance(1, 2)) range.set_range_end(any_key());
      if (rng.chance(1, 12)) range.set_range_end(std::string(1, '\0'));
      // What a range that ends before it begins gets depends on the shape of etcd's tree.
      if (range.range_end() > std::string(1, '\0') && range.range_end() < range.key()) continue;
      INFO(range.ShortDebugString());
      const auto theirs = etcd.call<pb::RangeResponse>("KV/Range", range, token);
      const Status ours = world.authorizer.range(world.as("u"), range.key(), range.range_end());
      REQUIRE(ours.has_value() == theirs.has_value());
      if (!ours) REQUIRE(ours.error() == theirs.error());
    }
  }
}

TEST_CASE("etcd's password hashes fit here, beyond ASCII too") {
  if (!has_etcd()) return;
  Etcd etcd;
  const std::vector<std::string> passwords{"pw", "", "p\xc3\xa4ss \xf0\x9f\x94\x91",
                                           "\xc3\xbf\xc3\xbf\xc3\xbf", std::string(72, 'x')};
  for (std::size_t i = 0; i < passwords.size(); ++i) {
    pb::AuthUserAddRequest request;
    request.set_name(std::to_string(i));
    request.set_password(passwords[i]);
    REQUIRE(etcd.call<pb::AuthUserAddResponse>("Auth/UserAdd", request).has_value());
  }
  for (const auto& [place, value] : etcd.stored()) {
    if (place.first != Area::auth_users) continue;
    const auto user = decode_user(place.second, value);
    REQUIRE(user.has_value());
    const std::string& password = passwords[static_cast<std::size_t>(std::stoi(place.second))];
    CHECK(fits_hash(password, user->password_hash));
    // bcrypt sees 72 bytes; older versions of etcd take longer passwords.
    CHECK(fits_hash(password + "x", user->password_hash) == (password.size() == 72));
  }
}

TEST_CASE("signed tokens go both ways between etcd and us") {
  if (!has_etcd()) return;
  const std::vector<StoreWorld::Grant> grants{{kReadWrite, "k", {}}};
  StoreWorld world;
  world.set_up({{"u", grants}});
  const AuthRevision revision = world.store.revision();
  pb::RangeRequest range;
  range.set_key("k");
  for (const char* name : {"RS256", "PS384", "ES256", "ES512", "HS512"}) {
    CAPTURE(name);
    const SigningMethod& method = *find_signing_method(name);
    const TestKey key = make_test_key(method);
    const test::TempDir dir;
    const std::string path = dir.path() / "key";
    std::ofstream{path} << key.private_text;
    Etcd etcd{{std::string{"--auth-token=jwt,sign-method="} + name + ",priv-key=" + path}};
    etcd.set_up(grants);
    const SystemClock clock;
    JwtTokens tokens{clock, load_test_key(method, key), 5min};

    const auto named = tokens.check(etcd.token_of("u"), {});
    REQUIRE(named.has_value());
    CHECK(*named == Identity{"u", revision});

    const std::string ours = *tokens.assign({"u", revision, {}, {}});
    CHECK(etcd.call<pb::RangeResponse>("KV/Range", range, ours).has_value());
    const std::string old = *tokens.assign({"u", revision.prev(), {}, {}});
    const auto refused = etcd.call<pb::RangeResponse>("KV/Range", range, old);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error() == world.authorizer.range(*tokens.check(old, {}), "k", {}).error());
  }
}
