// Ways around etcd's authorization that were published, each as the test that would have found it.
#include <doctest/doctest.h>

#include "proto/rpc.pb.h"
#include "server/auth/authorizer.h"
#include "server/auth/errors.h"
#include "server/auth/identify.h"
#include "tests/auth/store_world.h"

using namespace quorate;
using namespace quorate::auth;
namespace pb = etcdserverpb;

namespace {

// u owns the key "mine" and may write "box"; nothing else.
struct World : StoreWorld {
  World() { set_up({{"u", {{kReadWrite, "mine", {}}, {kWrite, "box", {}}}}, {"other", {}}}); }
  [[nodiscard]] Status txn(const pb::TxnRequest& request) const {
    return authorizer.txn(as("u"), request);
  }
};

bool is_denied(const Status& status) {
  return !status && status.error() == permission_denied();
}

// `inner` at the bottom of so many transactions, on the side that will not be taken.
pb::TxnRequest buried(const pb::RequestOp& inner, int depth) {
  pb::TxnRequest request;
  pb::TxnRequest* at = &request;
  for (int i = 0; i < depth; ++i) {
    at = (i % 2 == 0 ? at->add_failure() : at->add_success())->mutable_request_txn();
  }
  *at->add_failure() = inner;
  return request;
}

pb::RequestOp put_op(const std::string& key, std::int64_t lease = 0, bool prev_kv = false) {
  pb::RequestOp op;
  op.mutable_request_put()->set_key(key);
  op.mutable_request_put()->set_lease(lease);
  op.mutable_request_put()->set_prev_kv(prev_kv);
  return op;
}

}  // namespace

TEST_CASE("CVE-2026-33413: member list, alarms, leases and compaction ask who is calling") {
  World world;
  world.leases.keys[LeaseId{1}] = {"theirs"};
  const Authorizer& a = world.authorizer;
  const Identity nobody;
  for (const Action action : {Action::show_status, Action::list_members, Action::list_alarms,
                              Action::grant_lease, Action::revoke_lease}) {
    CHECK(a.may(nobody, action).error() == user_empty());
    CHECK(a.may(world.as("u"), action).has_value());
  }
  for (const Action action :
       {Action::change_alarms, Action::change_members, Action::compact, Action::defragment,
        Action::downgrade, Action::hash, Action::move_leader, Action::snapshot}) {
    CHECK(a.may(nobody, action).error() == user_empty());
    CHECK(is_denied(a.may(world.as("u"), action)));
    CHECK(a.may(world.as("root"), action).has_value());
  }
  for (const Identity& who : {nobody, world.as("u")}) {
    CHECK_FALSE(a.lease_revoke(who, LeaseId{1}).has_value());
    CHECK_FALSE(a.lease_keep_alive(who, LeaseId{1}).has_value());
    CHECK_FALSE(a.lease_time_to_live(who, LeaseId{1}, Authorizer::Shows::keys).has_value());
    CHECK_FALSE(a.lease_list(who).has_value());
  }
  CHECK(a.lease_time_to_live(nobody, LeaseId{1}, Authorizer::Shows::time).error() == user_empty());
}

TEST_CASE("CVE-2026-33343: operations of nested transactions are checked to the full depth") {
  const World world;
  pb::RequestOp range;
  range.mutable_request_range()->set_key("theirs");
  pb::RequestOp erase;
  erase.mutable_request_delete_range()->set_key("theirs");
  pb::RequestOp compare;
  compare.mutable_request_txn()->add_compare()->set_key("theirs");
  for (const int depth : {0, 1, 2, 100}) {
    CAPTURE(depth);
    CHECK(world.txn(buried(put_op("mine"), depth)).has_value());
    CHECK(is_denied(world.txn(buried(put_op("theirs"), depth))));
    CHECK(is_denied(world.txn(buried(range, depth))));
    CHECK(is_denied(world.txn(buried(erase, depth))));
    CHECK(is_denied(world.txn(buried(compare, depth))));
    CHECK(world.authorizer.txn({}, buried(put_op("mine"), depth)).error() == user_empty());
  }
}

TEST_CASE("CVE-2026-44283: a put in a transaction shows no value and joins no lease of others") {
  World world;
  world.leases.keys[LeaseId{1}] = {"theirs"};
  world.leases.keys[LeaseId{2}] = {"mine"};
  for (const int depth : {0, 1, 2}) {
    CAPTURE(depth);
    CHECK(world.txn(buried(put_op("box"), depth)).has_value());
    CHECK(is_denied(world.txn(buried(put_op("box", 0, true), depth))));
    CHECK(world.txn(buried(put_op("mine", 0, true), depth)).has_value());
    CHECK(is_denied(world.txn(buried(put_op("mine", 1), depth))));
    CHECK(world.txn(buried(put_op("mine", 2), depth)).has_value());
  }
  pb::RequestOp erase;
  erase.mutable_request_delete_range()->set_key("box");
  CHECK(world.txn(buried(erase, 1)).has_value());
  erase.mutable_request_delete_range()->set_prev_kv(true);
  CHECK(is_denied(world.txn(buried(erase, 1))));
}

TEST_CASE("GHSA-xg4h-6gfc-h4m8 (CVE-2026-73499): a watch from a key on is no watch of that key") {
  const World world;
  const auto watch = [&](const std::string& key, const std::string& range_end) {
    return world.authorizer.watch(world.as("u"), key, range_end);
  };
  CHECK(watch("mine", "").has_value());
  CHECK(is_denied(watch("mine", std::string(1, '\0'))));
  CHECK(is_denied(watch("mine", "minf")));
  CHECK(watch("mine", std::string{"mine\0", 5}).has_value());
  CHECK(is_denied(watch("", std::string(1, '\0'))));
  CHECK(is_denied(watch("", "")));
  CHECK(is_denied(watch("box", "")));
  CHECK(world.authorizer.watch({}, {}, {}).error() == user_empty());
}

TEST_CASE("CVE-2023-32082: the keys of a lease are shown to those who may read them all") {
  World world;
  world.leases.keys[LeaseId{1}] = {"mine", "theirs"};
  CHECK(is_denied(
      world.authorizer.lease_time_to_live(world.as("u"), LeaseId{1}, Authorizer::Shows::keys)));
}

TEST_CASE("CVE-2018-16886: over the gateway a certificate names nobody") {
  World world;
  const auto root = identify({{}, "root", Via::grpc}, world.store, world.tokens);
  CHECK(*root == world.as("root"));
  const auto proxied = identify({{}, "root", Via::gateway}, world.store, world.tokens);
  CHECK(proxied->is_nobody());
  CHECK(world.authorizer.may(*proxied, Action::change_auth).error() == user_empty());
}

TEST_CASE("CVE-2021-28235: what is logged and stored of a login holds no password") {
  World world;
  const std::string token =
      *world.store.authenticate({"u", {}, "prefix", Index{7}}, Store::Waiting::client);
  CHECK(token == "prefix.7");
  for (const auto& change : world.store.take_changes()) {
    const std::string value = change.value.value_or("");
    CHECK(value.find(token) == std::string::npos);
  }
}
