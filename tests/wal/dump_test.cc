#include <sstream>
#include <string>

#include "proto/raft.pb.h"
#include "proto/raft_internal.pb.h"
#include "server/wal/dump_log.h"
#include "server/wal/entry_hint.h"
#include "tests/wal/log_host.h"

using namespace quorate;
using namespace quorate::wal;

namespace {

raft::Entry put(std::uint64_t index, const std::string& key, const std::string& value) {
  etcdserverpb::InternalRaftRequest request;
  request.mutable_header()->set_id(77);
  request.mutable_put()->set_key(key);
  request.mutable_put()->set_value(value);
  return entry(2, index, request.SerializeAsString());
}

std::string dumped(LogHost& host, Payload payload = Payload::hint) {
  std::ostringstream out;
  const auto printed = dump_log(host.disk, kDir, payload, out);
  if (!printed) out << printed.error().message << "\n";
  return out.str();
}

std::string hint(const google::protobuf::Message& message,
                 raft::EntryType type = raft::EntryType::normal) {
  auto shown = entry(1, 1, message.SerializeAsString());
  shown.type = type;
  return entry_hint(shown);
}

}  // namespace

TEST_CASE("a dump shows every record in order and where the log ends") {
  LogHost host;
  auto wal = host.create();
  auto batch = entries({entry(2, 1, ""), put(2, "a", "secret")});
  batch.hard_state = raft::HardState{Term{2}, MemberId{0x3e}, Index{1}};
  host.append(*wal, std::move(batch));
  auto later = snapshot(9, 3);
  later.snapshot->conf.learners = {MemberId{0xaa}, MemberId{0xbb}};
  later.entries = {entry(3, 10, "\xff")};
  host.append(*wal, std::move(later));
  CHECK(dumped(host) ==
        "00000001.wal 0 head crc=ok term=0 index=0 cluster=c1 member=3e last_term=0 vote=0 "
        "commit=0 chain=0\n"
        "00000001.wal 512 entry crc=ok term=2 index=1 bytes=0 nothing\n"
        "00000001.wal 512 entry crc=ok term=2 index=2 bytes=18 put key=\"a\" value=6B\n"
        "00000001.wal 512 state crc=ok term=2 index=1 vote=3e\n"
        "00000001.wal 1024 snapshot crc=ok term=3 index=9 auto_leave=false voters=3e "
        "learners=aa,bb\n"
        "00000001.wal 1024 entry crc=ok term=3 index=10 bytes=1 unreadable\n"
        "00000001.wal 1536 end\n");
  CHECK(dumped(host, Payload::hex).find(" bytes=1 unreadable data=ff\n") != std::string::npos);
}

TEST_CASE("a dump changes nothing, needs no lock, and shows a torn end as such") {
  LogHost host;
  auto wal = host.create();
  host.append(*wal, entries({put(1, "a", std::string(2000, 'v'))}));
  auto files = host.image();
  files[segment_name(1)].replace(1024, 512, std::string(512, '\0'));
  host.load(files);
  const auto dump = dumped(host);
  CHECK(dump.find("00000001.wal 512 end, behind it 2560 bytes of a torn write\n") !=
        std::string::npos);
  CHECK(host.image() == files);
  CHECK(!host.disk.has(kDir + "/LOCK"));
}

TEST_CASE("a damaged log is shown up to the damage, which comes last") {
  LogHost host;
  auto wal = host.create();
  for (std::uint64_t i = 1; i <= 3; ++i) host.append(*wal, entries({put(i, "k", "v")}));
  auto files = host.image();
  files[segment_name(1)][1030] ^= 4;
  host.load(files);
  const auto dump = dumped(host);
  CHECK(dump.find("index=1 bytes=") != std::string::npos);
  CHECK(dump.find("index=2 bytes=") == std::string::npos);
  CHECK(
      dump.ends_with("log segment /data/wal/00000001.wal is damaged at offset 1024: the group's "
                     "checksum is wrong\n"));
}

TEST_CASE("a hint names the request and its keys, never values or passwords") {
  etcdserverpb::InternalRaftRequest request;
  request.mutable_delete_range()->set_key(std::string{"a\"\n\0", 4});
  request.mutable_delete_range()->set_range_end(std::string(100, 'z'));
  CHECK(hint(request) ==
        "delete_range key=\"a\\\"\\x0a\\x00\" range_end=\"" + std::string(64, 'z') + "\"...");

  request.Clear();
  request.mutable_auth_user_add()->set_name("root");
  request.mutable_auth_user_add()->set_password("hidden");
  CHECK(hint(request) == "auth_user_add name=\"root\"");

  request.Clear();
  request.mutable_txn()->add_compare();
  request.mutable_txn()->add_success();
  request.mutable_txn()->add_success();
  CHECK(hint(request) == "txn compare=1 success=2");

  request.Clear();
  request.mutable_lease_grant()->set_id(0x7587);
  request.mutable_lease_grant()->set_ttl(60);
  CHECK(hint(request) == "lease_grant TTL=60 ID=7587");
  request.Clear();
  CHECK(hint(request) == "nothing");
  request.mutable_header()->set_id(1);
  CHECK(hint(request) == "no request");
}

TEST_CASE("a hint says what a conf change does") {
  raftpb::ConfChange change;
  change.set_type(raftpb::ConfChangeRemoveNode);
  change.set_node_id(0x8e9e05c52164694d);
  CHECK(hint(change, raft::EntryType::conf_change) ==
        "ConfChangeRemoveNode member=8e9e05c52164694d");

  raftpb::ConfChangeV2 changes;
  changes.add_changes()->set_node_id(0xa);
  auto* learner = changes.add_changes();
  learner->set_type(raftpb::ConfChangeAddLearnerNode);
  learner->set_node_id(0xb);
  CHECK(hint(changes, raft::EntryType::conf_change_v2) ==
        "ConfChangeTransitionAuto ConfChangeAddNode member=a ConfChangeAddLearnerNode member=b");

  auto broken = entry(1, 1, "\xff");
  broken.type = raft::EntryType::conf_change;
  CHECK(entry_hint(broken) == "unreadable");
}
