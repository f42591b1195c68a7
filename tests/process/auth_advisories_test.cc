// Ways around etcd's authorization that were published, tried against the server itself.
// tests/auth/advisories_test.cc tries them against the module.
#include <doctest/doctest.h>

#include "proto/v3election.pb.h"
#include "proto/v3lock.pb.h"
#include "tests/process/auth_client.h"

using namespace quorate;
using namespace quorate::test;
namespace pb = etcdserverpb;

namespace {

const std::string kDenied = "PermissionDenied etcdserver: permission denied";
const std::string kNobody = "InvalidArgument etcdserver: user name is empty";
const std::string kToEnd(1, '\0');

// "theirs" is root's, with lease 1; "box" holds something that u may not read.
struct World : AuthServer {
  World() {
    set_up();
    root = login("root");
    u = login("u");
    pb::LeaseGrantRequest grant;
    grant.set_id(1);
    grant.set_ttl(600);
    REQUIRE(error<pb::LeaseGrantResponse>("Lease/LeaseGrant", grant, root).empty());
    REQUIRE(put(root, "theirs", 1).empty());
    REQUIRE(put(root, "box").empty());
  }

  // Of u.
  std::string try_txn(const pb::TxnRequest& request) { return txn(u, request); }

  // What the store is like, to show that a refusal changed nothing.
  std::string all() {
    pb::RangeRequest request;
    request.set_key(kToEnd);
    request.set_range_end(kToEnd);
    auto answer = call<pb::RangeResponse>("KV/Range", request, root);
    REQUIRE(answer.has_value());
    answer->clear_header();
    return answer->SerializeAsString();
  }

  std::string root;
  std::string u;
};

pb::RequestOp put_op(const std::string& key) {
  pb::RequestOp op;
  op.mutable_request_put()->set_key(key);
  op.mutable_request_put()->set_value("x");
  return op;
}

// At the bottom of so many transactions, on the side that is taken or on the other.
pb::TxnRequest buried(const pb::RequestOp& op, int depth, bool is_taken) {
  pb::TxnRequest request;
  pb::TxnRequest* at = &request;
  for (int i = 0; i < depth; ++i) {
    at = (is_taken ? at->add_success() : at->add_failure())->mutable_request_txn();
  }
  *(is_taken ? at->add_success() : at->add_failure()) = op;
  return request;
}

}  // namespace

TEST_CASE("CVE-2026-33413: calls of operators, leases and compaction ask who is calling") {
  World world;
  const auto check = [&](const std::string& token, const std::string& of_users,
                         const std::string& of_root) {
    pb::LeaseGrantRequest grant;
    grant.set_ttl(60);
    CHECK(world.error<pb::LeaseGrantResponse>("Lease/LeaseGrant", grant, token) == of_users);
    CHECK(world.error<pb::MemberListResponse>("Cluster/MemberList", pb::MemberListRequest{},
                                              token) == of_users);
    CHECK(world.error<pb::StatusResponse>("Maintenance/Status", pb::StatusRequest{}, token) ==
          of_users);
    pb::CompactionRequest compaction;
    compaction.set_revision(2);
    CHECK(world.error<pb::CompactionResponse>("KV/Compact", compaction, token) == of_root);
    CHECK(world.error<pb::HashResponse>("Maintenance/Hash", pb::HashRequest{}, token) == of_root);
    CHECK(world.error<pb::HashKVResponse>("Maintenance/HashKV", pb::HashKVRequest{}, token) ==
          of_root);
  };
  check({}, kNobody, kNobody);
  check(world.u, "", kDenied);
  check(world.root, "", "");
}

TEST_CASE("CVE-2026-33413, CVE-2023-32082: leases with keys of others are theirs") {
  World world;
  pb::LeaseRevokeRequest revoke;
  revoke.set_id(1);
  pb::LeaseTimeToLiveRequest shown;
  shown.set_id(1);
  shown.set_keys(true);
  for (const auto& [token, said] :
       {std::pair{std::string{}, kNobody}, std::pair{world.u, kDenied}}) {
    CHECK(world.error<pb::LeaseRevokeResponse>("Lease/LeaseRevoke", revoke, token) == said);
    CHECK(world.error<pb::LeaseTimeToLiveResponse>("Lease/LeaseTimeToLive", shown, token) == said);
    CHECK(world.error<pb::LeaseLeasesResponse>("Lease/LeaseLeases", pb::LeaseLeasesRequest{},
                                               token) == said);
  }
  CHECK(world.put(world.u, "mine", 1) == kDenied);
  CHECK(world.get(world.root, "theirs").empty());
  CHECK(world.error<pb::LeaseRevokeResponse>("Lease/LeaseRevoke", revoke, world.root).empty());
}

TEST_CASE("CVE-2026-33343: operations of nested transactions are checked to the full depth") {
  World world;
  pb::RequestOp range;
  range.mutable_request_range()->set_key("theirs");
  pb::RequestOp erase;
  erase.mutable_request_delete_range()->set_key("theirs");
  pb::RequestOp compare;
  compare.mutable_request_txn()->add_compare()->set_key("theirs");
  const std::string before = world.all();
  for (const int depth : {0, 1, 2, 50}) {
    for (const bool is_taken : {true, false}) {
      CAPTURE(depth);
      CAPTURE(is_taken);
      for (const pb::RequestOp& op : {put_op("theirs"), range, erase, compare}) {
        CHECK(world.try_txn(buried(op, depth, is_taken)) == kDenied);
        CHECK(world.txn({}, buried(op, depth, is_taken)) == kNobody);
      }
      CHECK(world.try_txn(buried(put_op("mine"), depth, false)).empty());
    }
  }
  CHECK(world.all() == before);
  CHECK(world.try_txn(buried(put_op("mine"), 20, true)).empty());
}

TEST_CASE("CVE-2026-44283: a put in a transaction shows no value and joins no lease of others") {
  World world;
  const std::string before = world.all();
  for (const int depth : {0, 1, 2}) {
    CAPTURE(depth);
    pb::RequestOp shows = put_op("box");
    shows.mutable_request_put()->set_prev_kv(true);
    CHECK(world.try_txn(buried(shows, depth, true)) == kDenied);
    pb::RequestOp joins = put_op("mine");
    joins.mutable_request_put()->set_lease(1);
    CHECK(world.try_txn(buried(joins, depth, true)) == kDenied);
    pb::RequestOp erases;
    erases.mutable_request_delete_range()->set_key("box");
    erases.mutable_request_delete_range()->set_prev_kv(true);
    CHECK(world.try_txn(buried(erases, depth, true)) == kDenied);
  }
  CHECK(world.all() == before);
  CHECK(world.try_txn(buried(put_op("box"), 1, true)).empty());
}

TEST_CASE("GHSA-xg4h-6gfc-h4m8 (CVE-2026-73499): a watch from a key on is no watch of that key") {
  World world;
  AuthWatch watch{world, world.u};
  const std::string denied =
      "rpc error: code = PermissionDenied desc = etcdserver: permission denied";
  CHECK(watch.create("mine", kToEnd) == denied);
  CHECK(watch.create("mine", "minf") == denied);
  CHECK(watch.create("", kToEnd) == denied);
  CHECK(watch.create("") == denied);
  CHECK(watch.create("box") == denied);
  // The stream lives on.
  CHECK(watch.create("mine") == "created");
  REQUIRE(world.put(world.root, "theirs").empty());
  REQUIRE(world.put(world.u, "mine").empty());
  watch.wait_for(7);
  REQUIRE(watch.responses.back().events_size() == 1);
  CHECK(watch.responses.back().events(0).kv().key() == "mine");

  AuthWatch stranger{world, {}};
  CHECK(stranger.create("mine") ==
        "rpc error: code = InvalidArgument desc = etcdserver: user name is empty");
  AuthWatch forger{world, "forged.1"};
  CHECK(forger.create("mine") ==
        "rpc error: code = Unauthenticated desc = etcdserver: invalid auth token");
}

TEST_CASE("ranges that stream, or that end before they begin, ask as others do") {
  World world;
  CHECK(world.get(world.u, "mine", kToEnd) == kDenied);
  CHECK(world.get(world.u, "theirs", "mine") == kDenied);
  CHECK(world.get(world.u, kToEnd, kToEnd) == kDenied);
  pb::RangeRequest request;
  request.set_key("theirs");
  for (const bool is_serializable : {false, true}) {
    request.set_serializable(is_serializable);
    CHECK(world.error<pb::RangeResponse>("KV/Range", request, world.u) == kDenied);
    CHECK(world.error<pb::RangeResponse>("KV/Range", request) == kNobody);
    CHECK(world.error<pb::RangeStreamResponse>("KV/RangeStream", request, world.u) == kDenied);
    CHECK(world.error<pb::RangeStreamResponse>("KV/RangeStream", request) == kNobody);
  }
}

TEST_CASE("alarms, space, snapshots, members, versions and the lead are root's alone") {
  World world;
  pb::AlarmRequest disarm;
  disarm.set_action(pb::AlarmRequest::DEACTIVATE);
  pb::DowngradeRequest downgrade;
  downgrade.set_action(pb::DowngradeRequest::CANCEL);
  pb::MemberAddRequest add;
  add.add_peerurls("http://127.0.0.1:1");
  add.set_islearner(true);
  const auto check = [&](const std::string& token, const std::string& said) {
    CHECK(world.error<pb::AlarmResponse>("Maintenance/Alarm", disarm, token) == said);
    CHECK(world.error<pb::DefragmentResponse>("Maintenance/Defragment", pb::DefragmentRequest{},
                                              token) == said);
    CHECK(world.error<pb::SnapshotResponse>("Maintenance/Snapshot", pb::SnapshotRequest{}, token) ==
          said);
    CHECK(world.error<pb::MoveLeaderResponse>("Maintenance/MoveLeader", pb::MoveLeaderRequest{},
                                              token) == said);
    CHECK(world.error<pb::DowngradeResponse>("Maintenance/Downgrade", downgrade, token) == said);
    CHECK(world.error<pb::MemberAddResponse>("Cluster/MemberAdd", add, token) == said);
    CHECK(world.error<pb::MemberRemoveResponse>("Cluster/MemberRemove", pb::MemberRemoveRequest{},
                                                token) == said);
    CHECK(world.error<pb::MemberUpdateResponse>("Cluster/MemberUpdate", pb::MemberUpdateRequest{},
                                                token) == said);
    CHECK(world.error<pb::MemberPromoteResponse>("Cluster/MemberPromote",
                                                 pb::MemberPromoteRequest{}, token) == said);
  };
  check({}, kNobody);
  check(world.u, kDenied);
  // Others may look at alarms, and root may do all of it.
  CHECK(world.error<pb::AlarmResponse>("Maintenance/Alarm", pb::AlarmRequest{}, world.u).empty());
  CHECK(world.error<pb::AlarmResponse>("Maintenance/Alarm", disarm, world.root).empty());
  CHECK(world
            .error<pb::DefragmentResponse>("Maintenance/Defragment", pb::DefragmentRequest{},
                                           world.root)
            .empty());
  CHECK(world.error<pb::MemberAddResponse>("Cluster/MemberAdd", add, world.root).empty());
}

TEST_CASE("locks and elections are keys: of those who may write them and see who else waits") {
  World world;
  const auto lock = [&](const std::string& name, const std::string& token) {
    v3lockpb::LockRequest request;
    request.set_name(name);
    return world.error_of<v3lockpb::LockResponse>("/v3lockpb.Lock/Lock", request, token);
  };
  const auto unlock = [&](const std::string& key, const std::string& token) {
    v3lockpb::UnlockRequest request;
    request.set_key(key);
    return world.error_of<v3lockpb::UnlockResponse>("/v3lockpb.Lock/Unlock", request, token);
  };
  const auto campaign = [&](const std::string& name, const std::string& token) {
    v3electionpb::CampaignRequest request;
    request.set_name(name);
    return world.error_of<v3electionpb::CampaignResponse>("/v3electionpb.Election/Campaign",
                                                          request, token);
  };
  const auto leader = [&](const std::string& name, const std::string& token) {
    v3electionpb::LeaderRequest request;
    request.set_name(name);
    return world.error_of<v3electionpb::LeaderResponse>("/v3electionpb.Election/Leader", request,
                                                        token);
  };
  const std::string denied = "Unknown etcdserver: permission denied";
  const std::string nobody = "Unknown etcdserver: user name is empty";
  const std::string before = world.all();
  for (const auto& [token, said] : {std::pair{std::string{}, nobody}, std::pair{world.u, denied}}) {
    CHECK(lock("theirs", token) == said);
    CHECK(campaign("theirs", token) == said);
    CHECK(leader("theirs", token) == said);
    CHECK(unlock("theirs", token) == said);
  }
  CHECK(world.all() == before);
  world.grant("u", authpb::Permission::READWRITE, "mine/", "mine0", world.root);
  CHECK(lock("mine", world.u).empty());
  CHECK(leader("mine", world.u).empty());
}
