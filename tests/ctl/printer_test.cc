// Forms of answers that no recording has: their ids or times differ from run to run.
#include "ctl/output/printer.h"

#include <functional>
#include <sstream>

#include <doctest/doctest.h>

using namespace quorate::ctl;

namespace {

std::string printed(OutputFormat format, const std::function<Outcome<>(Printer&)>& print,
                    Hex hex = Hex::no) {
  std::ostringstream out;
  std::ostringstream err;
  const auto printer = make_printer(format, hex, out, err);
  const Outcome<> outcome = print(*printer);
  if (outcome.has_error()) return "failed: " + outcome.error().text;
  return out.str() + err.str();
}

template <class Message>
Message with_header() {
  Message message;
  message.mutable_header()->set_cluster_id(1);
  message.mutable_header()->set_member_id(2);
  message.mutable_header()->set_revision(3);
  message.mutable_header()->set_raft_term(4);
  return message;
}

EndpointStatus status() {
  EndpointStatus entry;
  entry.endpoint = "127.0.0.1:2379";
  entry.status = with_header<pb::StatusResponse>();
  entry.status.set_version("3.6.0");
  entry.status.set_storageversion("3.6.0");
  entry.status.set_dbsize(24576);
  entry.status.set_dbsizeinuse(16384);
  entry.status.set_dbsizequota(2147483648);
  entry.status.set_leader(2);
  entry.status.set_raftindex(5);
  entry.status.set_raftterm(4);
  entry.status.set_raftappliedindex(5);
  entry.status.mutable_downgradeinfo();
  return entry;
}

}  // namespace

TEST_CASE("leases are printed in every form") {
  auto grant = with_header<pb::LeaseGrantResponse>();
  grant.set_id(0x7af9a2051f158e82);
  grant.set_ttl(100);
  const auto print = [&](Printer& p) { return p.lease_grant(grant); };
  CHECK(printed(OutputFormat::simple, print) == "lease 7af9a2051f158e82 granted with TTL(100s)\n");
  CHECK(printed(OutputFormat::json, print) ==
        "{\"cluster_id\":1,\"member_id\":2,\"revision\":3,\"raft_term\":4,"
        "\"ID\":8861291884708204162,\"TTL\":100,\"Error\":\"\"}\n");
  CHECK(printed(OutputFormat::fields, print) ==
        "\"ClusterID\" : 1\n\"MemberID\" : 2\n\"Revision\" : 3\n\"RaftTerm\" : 4\n"
        "\"ID\" : 8861291884708204162\n\"TTL\" : 100\n");
  CHECK(printed(OutputFormat::fields, print, Hex::yes).find("\"ID\" : 7af9a2051f158e82\n") !=
        std::string::npos);
  CHECK(printed(OutputFormat::protobuf, print) == grant.header().SerializeAsString());
  CHECK(printed(OutputFormat::table, print) == "failed: table not supported as output format");
}

TEST_CASE("a lease's time to live and keys") {
  auto alive = with_header<pb::LeaseTimeToLiveResponse>();
  alive.set_id(0x12);
  alive.set_ttl(99);
  alive.set_grantedttl(100);
  const auto shown = [&](KeyList keys) {
    return [&alive, keys](Printer& p) { return p.time_to_live(alive, keys); };
  };
  CHECK(printed(OutputFormat::simple, shown(KeyList::hidden)) ==
        "lease 0000000000000012 granted with TTL(100s), remaining(99s)\n");
  CHECK(printed(OutputFormat::json, shown(KeyList::shown)) ==
        "{\"cluster_id\":1,\"member_id\":2,\"revision\":3,\"raft_term\":4,\"id\":18,\"ttl\":99,"
        "\"granted-ttl\":100,\"keys\":null}\n");
  alive.add_keys("k1");
  alive.add_keys("k2");
  CHECK(printed(OutputFormat::simple, shown(KeyList::shown)) ==
        "lease 0000000000000012 granted with TTL(100s), remaining(99s), attached keys([k1 k2])\n");
  alive.set_ttl(-1);
  alive.set_grantedttl(0);
  CHECK(printed(OutputFormat::simple, shown(KeyList::shown)) ==
        "lease 0000000000000012 already expired\n");
}

TEST_CASE("a list of leases, and one without any") {
  pb::LeaseLeasesResponse none;
  const auto print = [&](Printer& p) { return p.leases(none); };
  CHECK(printed(OutputFormat::simple, print) == "found 0 leases\n");
  CHECK(printed(OutputFormat::json, print) == "{\"leases\":[]}\n");
  none.add_leases()->set_id(-1);
  CHECK(printed(OutputFormat::simple, print) == "found 1 leases\nffffffffffffffff\n");
  CHECK(printed(OutputFormat::json, print) == "{\"leases\":[{\"id\":-1}]}\n");
}

TEST_CASE("a watch's answer shows all its members in JSON, events only the set ones") {
  auto watch = with_header<pb::WatchResponse>();
  watch.set_watch_id(7);
  const auto print = [&](Printer& p) { return p.watch(watch); };
  CHECK(printed(OutputFormat::json, print) ==
        "{\"Header\":{\"cluster_id\":1,\"member_id\":2,\"revision\":3,\"raft_term\":4},"
        "\"Events\":[],\"CompactRevision\":0,\"Canceled\":false,\"Created\":false,"
        "\"CancelReason\":\"\"}\n");
  auto* event = watch.add_events();
  event->set_type(mvccpb::Event::DELETE);
  event->mutable_kv()->set_key("k");
  event->mutable_kv()->set_mod_revision(3);
  event->mutable_prev_kv()->set_key("k");
  event->mutable_prev_kv()->set_value("v");
  CHECK(printed(OutputFormat::simple, print) == "DELETE\nk\nv\nk\n\n");
  CHECK(printed(OutputFormat::json, print)
            .find("\"Events\":[{\"type\":1,\"kv\":{\"key\":\"aw==\",\"mod_revision\":3},"
                  "\"prev_kv\":{\"key\":\"aw==\",\"value\":\"dg==\"}}]") != std::string::npos);
  CHECK(printed(OutputFormat::protobuf, print).find('\x38') == std::string::npos);  // no watch_id
}

TEST_CASE("ids of 16 digits are padded with blanks where members change") {
  auto remove = with_header<pb::MemberRemoveResponse>();
  remove.mutable_header()->set_cluster_id(0xdd99a29d612ae0f6);
  const auto print = [&](Printer& p) { return p.member_remove(0x9174365267f7af9, remove); };
  CHECK(printed(OutputFormat::simple, print) ==
        "Member  9174365267f7af9 removed from cluster dd99a29d612ae0f6\n");
  CHECK(printed(OutputFormat::fields, print) == "failed: fields not supported as output format");
}

TEST_CASE("members in JSON with --hex") {
  pb::MemberListResponse list;
  list.mutable_header()->set_cluster_id(0xdd99a29d612ae0f6);
  list.mutable_header()->set_member_id(0x9174365267f7af9);
  list.mutable_header()->set_raft_term(2);
  auto* member = list.add_members();
  member->set_id(0x9174365267f7af9);
  member->set_name("n1");
  member->add_peerurls("http://a:1");
  CHECK(printed(
            OutputFormat::json, [&](Printer& p) { return p.member_list(list); }, Hex::yes) ==
        "{\"header\":{\"cluster_id\":\"dd99a29d612ae0f6\",\"member_id\":\"9174365267f7af9\","
        "\"raft_term\":2},\"members\":[{\"ID\":\"9174365267f7af9\",\"name\":\"n1\","
        "\"peerURLs\":[\"http://a:1\"]}]}\n");
}

TEST_CASE("an endpoint's status has sixteen columns") {
  const std::vector<EndpointStatus> list{status()};
  const auto print = [&](Printer& p) { return p.endpoint_status(list); };
  CHECK(printed(OutputFormat::simple, print) ==
        "127.0.0.1:2379, 2, 3.6.0, 3.6.0, 25 kB, 16 kB, 34%, 2.1 GB, true, false, 4, 5, 5, , , "
        "false\n");
  CHECK(printed(OutputFormat::json, print) ==
        "[{\"Endpoint\":\"127.0.0.1:2379\",\"Status\":{\"header\":{\"cluster_id\":1,"
        "\"member_id\":2,\"revision\":3,\"raft_term\":4},\"version\":\"3.6.0\",\"dbSize\":24576,"
        "\"leader\":2,\"raftIndex\":5,\"raftTerm\":4,\"raftAppliedIndex\":5,"
        "\"dbSizeInUse\":16384,\"storageVersion\":\"3.6.0\",\"dbSizeQuota\":2147483648,"
        "\"downgradeInfo\":{}}}]\n");
  CHECK(printed(OutputFormat::protobuf, print) ==
        "failed: protobuf not supported as output format");
}

TEST_CASE("a server that reports no size has no share of it unused") {
  std::vector<EndpointStatus> list{status()};
  list[0].status.set_dbsize(0);
  CHECK(printed(OutputFormat::simple, [&](Printer& p) {
          return p.endpoint_status(list);
        }).find("0 B, 16 kB, 0%,") != std::string::npos);
}

TEST_CASE("health is said on stdout, illness on stderr") {
  std::ostringstream out;
  std::ostringstream err;
  const auto printer = make_printer(OutputFormat::simple, Hex::no, out, err);
  REQUIRE(printer->endpoint_health({{"a:1", true, "1.5ms", ""}, {"b:1", false, "2s", "no"}})
              .has_value());
  CHECK(out.str() == "a:1 is healthy: successfully committed proposal: took = 1.5ms\n");
  CHECK(err.str() == "b:1 is unhealthy: failed to commit proposal: no\n");
  CHECK(printed(OutputFormat::json, [](Printer& p) {
          return p.endpoint_health({{"b:1", false, "2s", "no"}});
        }) == "[{\"endpoint\":\"b:1\",\"health\":false,\"took\":\"2s\",\"error\":\"no\"}]\n");
  CHECK(printed(OutputFormat::json, [](Printer& p) { return p.endpoint_health({}); }) == "[]\n");
}

TEST_CASE("alarms are printed in protobuf's text form") {
  pb::AlarmResponse alarms;
  auto* alarm = alarms.add_alarms();
  alarm->set_memberid(10555344075370186034u);
  alarm->set_alarm(pb::NOSPACE);
  const auto print = [&](Printer& p) { return p.alarm(alarms); };
  CHECK(printed(OutputFormat::simple, print) == "memberID:10555344075370186034 alarm:NOSPACE \n");
  CHECK(printed(OutputFormat::json, print) ==
        "{\"alarms\":[{\"memberID\":10555344075370186034,\"alarm\":1}]}\n");
}

TEST_CASE("the root role may do everything without being given it") {
  const pb::AuthRoleGetResponse empty;
  CHECK(printed(OutputFormat::simple, [&](Printer& p) { return p.role_get("root", empty); }) ==
        "Role root\nKV Read:\n\t[, <open ended>\nKV Write:\n\t[, <open ended>\n");
  CHECK(printed(OutputFormat::simple, [&](Printer& p) { return p.role_get("r", empty); }) ==
        "Role r\nKV Read:\nKV Write:\n");
}

TEST_CASE("strings in JSON are escaped as Go does") {
  const auto json = printed(OutputFormat::json, [](Printer& p) {
    return p.endpoint_health({{"a<b>&\"\\\n\x01\xff\u2028é", true, "", ""}});
  });
  CHECK(json ==
        "[{\"endpoint\":\"a\\u003cb\\u003e\\u0026\\\"\\\\\\n\\u0001\\ufffd\\u2028é\","
        "\"health\":true,\"took\":\"\"}]\n");
}
