#include "server/auth/authorizer.h"

#include <doctest/doctest.h>

#include "proto/rpc.pb.h"
#include "server/auth/errors.h"
#include "tests/auth/store_world.h"

using namespace quorate;
using namespace quorate::auth;
namespace pb = etcdserverpb;

namespace {

const std::string kOpen(1, '\0');

// u reads [r, s), writes [w, x), does both in [b, c).
struct World : StoreWorld {
  World() {
    set_up({{"u", {{kRead, "r", "s"}, {kWrite, "w", "x"}, {kReadWrite, "b", "c"}}},
            {"other", {{kReadWrite, "o", "p"}}}});
  }
  [[nodiscard]] Identity u() const { return as("u"); }
};

pb::DeleteRangeRequest delete_request(const std::string& key, bool prev_kv) {
  pb::DeleteRangeRequest request;
  request.set_key(key);
  request.set_prev_kv(prev_kv);
  return request;
}

bool is_denied(const Status& status) {
  return !status && status.error() == permission_denied();
}

}  // namespace

TEST_CASE("while authentication is off everybody may do everything") {
  StoreWorld world;
  const Identity nobody;
  CHECK(world.authorizer.range(nobody, "a", kOpen).has_value());
  CHECK(world.authorizer.put(nobody, {"a", LeaseId{1}, true}).has_value());
  CHECK(world.authorizer.may(nobody, Action::change_auth).has_value());
  CHECK(world.authorizer.lease_list(nobody).has_value());
  CHECK(world.authorizer.user_get(nobody, "x").has_value());
}

TEST_CASE("nobody, old identities and unknown users may not touch keys") {
  const World world;
  CHECK(world.authorizer.range({}, "r", {}).error() == user_empty());
  CHECK(world.authorizer.put({}, {"w", {}}).error() == user_empty());
  const Identity old{"u", world.store.revision().prev()};
  CHECK(world.authorizer.range(old, "r", {}).error() == old_revision());
  const Identity old_root{"root", world.store.revision().prev()};
  CHECK(world.authorizer.range(old_root, "r", {}).error() == old_revision());
  CHECK(is_denied(world.authorizer.range(world.as("nobody"), "r", {})));
  // A token of a member that is ahead of this one.
  CHECK(world.authorizer.range({"u", world.store.revision().next()}, "r", {}).has_value());
}

TEST_CASE("a change of permissions counts from the next check on") {
  World world;
  CHECK(is_denied(world.authorizer.range(world.u(), "z", {})));
  REQUIRE(world.grant("u", kRead, "z").has_value());
  CHECK(world.authorizer.range(world.u(), "z", {}).has_value());
}

TEST_CASE("root may do everything with keys") {
  World world;
  world.leases.keys[LeaseId{1}] = {"o1"};
  CHECK(world.authorizer.range(world.as("root"), kOpen, kOpen).has_value());
  CHECK(world.authorizer.put(world.as("root"), {"any", LeaseId{1}, true}).has_value());
}

TEST_CASE("a range needs read on all of it") {
  const World world;
  CHECK(world.authorizer.range(world.u(), "r1", {}).has_value());
  CHECK(world.authorizer.range(world.u(), "r", "s").has_value());
  CHECK(is_denied(world.authorizer.range(world.u(), "r", "t")));
  CHECK(is_denied(world.authorizer.range(world.u(), "r", kOpen)));
  CHECK(is_denied(world.authorizer.range(world.u(), "w1", {})));
}

TEST_CASE("a put needs write, and read for the previous value") {
  const World world;
  CHECK(world.authorizer.put(world.u(), {"w1", {}}).has_value());
  CHECK(is_denied(world.authorizer.put(world.u(), {"w1", {}, true})));
  CHECK(world.authorizer.put(world.u(), {"b1", {}, true}).has_value());
  CHECK(is_denied(world.authorizer.put(world.u(), {"r1", {}})));
}

TEST_CASE("a put that attaches a lease needs write on all keys of the lease") {
  World world;
  world.leases.keys[LeaseId{1}] = {"w1", "b1"};
  world.leases.keys[LeaseId{2}] = {"w1", "o1"};
  CHECK(world.authorizer.put(world.u(), {"w2", LeaseId{1}}).has_value());
  CHECK(is_denied(world.authorizer.put(world.u(), {"w2", LeaseId{2}})));
  CHECK(world.authorizer.put(world.u(), {"w2", LeaseId{3}}).has_value());  // the store says no
}

TEST_CASE("a deletion needs write, and read for the previous values") {
  const World world;
  CHECK(world.authorizer.delete_range(world.u(), delete_request("w1", false)).has_value());
  CHECK(is_denied(world.authorizer.delete_range(world.u(), delete_request("w1", true))));
  CHECK(is_denied(world.authorizer.delete_range(world.u(), delete_request("r1", false))));
  CHECK(world.authorizer.delete_range(world.u(), delete_request("b1", true)).has_value());
}

TEST_CASE("a transaction needs read on compares, and all that both branches need") {
  const World world;
  const auto check = [&](const pb::TxnRequest& txn) {
    return world.authorizer.txn(world.u(), txn);
  };
  pb::TxnRequest txn;
  CHECK(check(txn).has_value());
  txn.add_compare()->set_key("r1");
  txn.add_success()->mutable_request_put()->set_key("w1");
  txn.add_failure()->mutable_request_range()->set_key("b1");
  CHECK(check(txn).has_value());

  pb::TxnRequest compares = txn;
  compares.mutable_compare(0)->set_range_end("t");
  CHECK(is_denied(check(compares)));
  using Add = pb::RequestOp* (pb::TxnRequest::*)();
  for (const Add branch : {Add{&pb::TxnRequest::add_success}, Add{&pb::TxnRequest::add_failure}}) {
    pb::TxnRequest reads = txn;
    (reads.*branch)()->mutable_request_range()->set_key("w1");
    CHECK(is_denied(check(reads)));
    pb::TxnRequest puts = txn;
    (puts.*branch)()->mutable_request_put()->set_key("r1");
    CHECK(is_denied(check(puts)));
    pb::TxnRequest deletes = txn;
    *(deletes.*branch)()->mutable_request_delete_range() = delete_request("w1", true);
    CHECK(is_denied(check(deletes)));
  }
}

TEST_CASE("an empty transaction is open to everybody, as in etcd") {
  const World world;
  CHECK(world.authorizer.txn({}, pb::TxnRequest{}).has_value());
}

TEST_CASE("a lock or a campaign needs its key, its lease, and to see the whole name") {
  World world;
  CHECK(world.authorizer.claim(world.u(), {"b1", "b1/7b", LeaseId{0x7b}}).has_value());
  CHECK(is_denied(world.authorizer.claim(world.u(), {"w1", "w1/7b", LeaseId{0x7b}})));
  CHECK(is_denied(world.authorizer.claim(world.u(), {"r1", "r1/7b", LeaseId{0x7b}})));
  world.leases.keys[LeaseId{0x7b}] = {"o1"};
  CHECK(is_denied(world.authorizer.claim(world.u(), {"b1", "b1/7b", LeaseId{0x7b}})));
  REQUIRE(world.grant("other", kReadWrite, "l/7c").has_value());
  CHECK(is_denied(world.authorizer.claim(world.as("other"), {"l", "l/7c", LeaseId{0x7c}})));
  REQUIRE(world.grant("other", kRead, "l/", "l0").has_value());
  CHECK(world.authorizer.claim(world.as("other"), {"l", "l/7c", LeaseId{0x7c}}).has_value());
}

TEST_CASE("leases are asked for by what they hold") {
  World world;
  world.leases.keys[LeaseId{1}] = {"w1"};
  world.leases.keys[LeaseId{2}] = {"b1"};
  const Authorizer& a = world.authorizer;
  const auto keys = Authorizer::Shows::keys;
  const auto time = Authorizer::Shows::time;
  CHECK(a.lease_revoke(world.u(), LeaseId{1}).has_value());
  CHECK(is_denied(a.lease_revoke(world.as("other"), LeaseId{1})));
  CHECK(a.lease_revoke({}, LeaseId{1}).error() == user_empty());
  CHECK(a.lease_revoke({}, LeaseId{3}).has_value());  // no keys: nothing to protect when applied
  CHECK(a.may({}, Action::revoke_lease).error() == user_empty());

  CHECK(a.lease_keep_alive(world.u(), LeaseId{1}).has_value());
  CHECK(is_denied(a.lease_keep_alive(world.as("other"), LeaseId{1})));
  CHECK(a.lease_keep_alive({}, LeaseId{3}).error() == user_empty());

  CHECK(a.lease_time_to_live(world.u(), LeaseId{1}, time).has_value());
  CHECK(is_denied(a.lease_time_to_live(world.u(), LeaseId{1}, keys)));
  CHECK(a.lease_time_to_live(world.u(), LeaseId{2}, keys).has_value());

  CHECK(is_denied(a.lease_list(world.u())));
  world.leases.keys.erase(LeaseId{1});
  CHECK(a.lease_list(world.u()).has_value());
  CHECK(is_denied(a.lease_list(world.as("other"))));
  CHECK(a.lease_list(world.as("root")).has_value());
}

TEST_CASE("root revokes leases even while users change") {
  World world;
  world.leases.keys[LeaseId{1}] = {"w1"};
  const Identity old_root{"root", world.store.revision().prev()};
  CHECK(world.authorizer.lease_revoke(old_root, LeaseId{1}).has_value());
}

TEST_CASE("administration is root's, whatever the revision") {
  const World world;
  const Identity old_root{"root", AuthRevision{1}};
  CHECK(world.authorizer.may(old_root, Action::change_auth).has_value());
  CHECK(is_denied(world.authorizer.may(world.u(), Action::change_auth)));
  CHECK(world.authorizer.may({}, Action::change_auth).error() == user_empty());
  CHECK(world.authorizer.may(world.as("nobody"), Action::change_auth).error() == user_not_found());
}

TEST_CASE("who has the role root is root") {
  World world;
  REQUIRE(world.grant_role("u", "root").has_value());
  CHECK(world.authorizer.may(world.u(), Action::change_members).has_value());
  CHECK(world.authorizer.range(world.u(), kOpen, kOpen).has_value());
}

TEST_CASE("users may look at themselves and their roles") {
  const World world;
  CHECK(world.authorizer.user_get(world.u(), "u").has_value());
  CHECK(is_denied(world.authorizer.user_get(world.u(), "other")));
  CHECK(is_denied(world.authorizer.user_get(world.u(), "nobody")));
  CHECK(world.authorizer.user_get({}, "u").error() == user_empty());
  CHECK(world.authorizer.role_get(world.u(), "u").has_value());
  CHECK(is_denied(world.authorizer.role_get(world.u(), "other")));
  CHECK(is_denied(world.authorizer.role_get(world.u(), "nothing")));
  CHECK(world.authorizer.role_get(world.as("root"), "other").has_value());
}
