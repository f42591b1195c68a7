#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "common/json/message_json.h"
#include "proto/rpc.pb.h"
#include "proto/v3election.pb.h"

namespace {

std::string printed(const google::protobuf::Message& message) {
  std::string out;
  quorate::append_json(message, out);
  return out;
}

template <class Message>
std::string reprinted(const std::string& text) {
  Message message;
  CHECK(quorate::parse_json(text, message).has_value());
  return printed(message);
}

}  // namespace

// Bodies recorded from a real etcd: what it printed, we read and print as the same text.
TEST_CASE("answers are printed as etcd prints them") {
  const std::string header =
      R"("header":{"cluster_id":"9997334228749593067","member_id":"8046893457242032341",)"
      R"("revision":"4","raft_term":"2"})";
  const auto range = R"({)" + header +
                     R"(,"kvs":[{"key":"Zm9v","create_revision":"2","mod_revision":"3",)"
                     R"("version":"2","value":"YmF6"}],"more":true,"count":"2"})";
  CHECK(reprinted<etcdserverpb::RangeResponse>(range) == range);
  const auto txn = R"({)" + header +
                   R"(,"succeeded":true,"responses":[{"response_put":{"header":{"revision":"6"}}},)"
                   R"({"response_txn":{"header":{},"succeeded":true}}]})";
  CHECK(reprinted<etcdserverpb::TxnResponse>(txn) == txn);
  const auto deleted = R"({)" + header +
                       R"(,"deleted":"1","prev_kvs":[{"key":"Zm9w","create_revision":"4",)"
                       R"("mod_revision":"4","version":"1"}]})";
  CHECK(reprinted<etcdserverpb::DeleteRangeResponse>(deleted) == deleted);
  const auto members = R"({)" + header +
                       R"(,"members":[{"ID":"8046893457242032341","name":"g35",)"
                       R"("peerURLs":["http://127.0.0.1:21041"],)"
                       R"("clientURLs":["http://127.0.0.1:21040"]}]})";
  CHECK(reprinted<etcdserverpb::MemberListResponse>(members) == members);
  const auto status = R"({)" + header +
                      R"(,"version":"3.5.30","dbSize":"20480","leader":"8046893457242032341",)"
                      R"("raftIndex":"19","raftTerm":"2","raftAppliedIndex":"19",)"
                      R"("dbSizeInUse":"16384"})";
  CHECK(reprinted<etcdserverpb::StatusResponse>(status) == status);
  const auto hash = R"({)" + header + R"(,"hash":2841596862,"compact_revision":"3"})";
  CHECK(reprinted<etcdserverpb::HashKVResponse>(hash) == hash);
  const auto alarm = R"({)" + header + R"(,"alarms":[{"memberID":"7","alarm":"NOSPACE"}]})";
  CHECK(reprinted<etcdserverpb::AlarmResponse>(alarm) == alarm);
  const auto watch = R"({)" + header +
                     R"(,"watch_id":"-1","created":true,"canceled":true,)"
                     R"("cancel_reason":"mvcc: watcher range is empty"})";
  CHECK(reprinted<etcdserverpb::WatchResponse>(watch) == watch);
  const auto lease =
      R"({)" + header + R"(,"ID":"77","TTL":"99","grantedTTL":"100","keys":["bGs="]})";
  CHECK(reprinted<etcdserverpb::LeaseTimeToLiveResponse>(lease) == lease);
  const auto role = R"({)" + header +
                    R"(,"perm":[{"key":"YQ=="},)"
                    R"({"permType":"READWRITE","key":"dQ==","range_end":"dg=="}]})";
  CHECK(reprinted<etcdserverpb::AuthRoleGetResponse>(role) == role);
  const auto campaign = R"({)" + header +
                        R"(,"leader":{"name":"ZWw=","key":"ZWwvOGQ1","rev":"11",)"
                        R"("lease":"636593065476715819"}})";
  CHECK(reprinted<v3electionpb::CampaignResponse>(campaign) == campaign);
}

TEST_CASE("zero values are left out, chosen and set ones are shown") {
  etcdserverpb::WatchRequest watch;
  CHECK(printed(watch) == "{}");
  watch.mutable_create_request();
  CHECK(printed(watch) == R"({"create_request":{}})");
  watch.mutable_create_request()->add_filters(etcdserverpb::WatchCreateRequest::NOPUT);
  watch.mutable_create_request()->add_filters(etcdserverpb::WatchCreateRequest::NODELETE);
  CHECK(printed(watch) == R"({"create_request":{"filters":["NOPUT","NODELETE"]}})");
  etcdserverpb::Compare compare;
  compare.set_version(0);
  compare.set_range_end("\xff");
  CHECK(printed(compare) == R"({"version":"0","range_end":"/w=="})");
}

TEST_CASE("an enum number without a name is printed as the number") {
  etcdserverpb::AlarmMember alarm;
  alarm.set_alarm(static_cast<etcdserverpb::AlarmType>(9));
  CHECK(printed(alarm) == R"({"alarm":9})");
}

// The recorded list of users with such names.
TEST_CASE("strings are escaped as Go does") {
  etcdserverpb::AuthUserListResponse users;
  users.add_users("\"\\/\b\f\n\r\t\x01\x7f");
  users.add_users("\u00e9<>&\u2028\U0001f600\ufffdx");
  users.add_users("");
  CHECK(printed(users) ==
        "{\"users\":[\"\\\"\\\\/\\u0008\\u000c\\n\\r\\t\\u0001\x7f\","
        "\"\u00e9\\u003c\\u003e\\u0026\\u2028\U0001f600\ufffdx\",\"\"]}");
  users.clear_users();
  users.add_users("a\xff");
  CHECK(printed(users) == R"({"users":["a\ufffd"]})");
}
