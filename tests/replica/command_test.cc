#include "server/replica/command.h"

#include <doctest/doctest.h>

#include "common/rng.h"
#include "proto/raft_internal.pb.h"
#include "tests/common/test_seed.h"

using namespace quorate;
using namespace quorate::replica;
using etcdserverpb::InternalRaftRequest;

namespace {

const CommandHeader kPlain{RequestId{0x1234567890abcdef}, {}};
const CommandHeader kWithUser{RequestId{7}, {"alice", auth::AuthRevision{42}}};

template <class Message>
Command command_of(const CommandHeader& header, const Message& request) {
  return make_command(header, Request{request}, request.SerializeAsString());
}

Command put_command(const CommandHeader& header, const etcdserverpb::PutRequest& request) {
  const std::string wire = request.SerializeAsString();
  PutView view;
  REQUIRE(parse_put(wire, view));
  return make_command(header, view, wire);
}

InternalRaftRequest entry_of(const CommandHeader& header) {
  InternalRaftRequest entry;
  entry.mutable_header()->set_id(header.id.value());
  entry.mutable_header()->set_username(header.who.username);
  entry.mutable_header()->set_auth_revision(header.who.revision.value());
  return entry;
}

void check_bytes(const Command& command, const InternalRaftRequest& entry) {
  const std::string expected = entry.SerializeAsString();
  CHECK(command.data.view() == expected);
  CHECK(command_id(expected) == command.header.id);
  const auto decoded = decode_command(SharedBytes{expected});
  REQUIRE(decoded.has_value());
  CHECK(decoded->header.id == command.header.id);
  CHECK(decoded->header.who == command.header.who);
  CHECK(decoded->request.index() == command.request.index());
  CHECK(decoded->data == command.data);
}

etcdserverpb::PutRequest sample_put() {
  etcdserverpb::PutRequest put;
  put.set_key(std::string{"k\0y", 3});
  put.set_value(std::string(300, 'v'));
  put.set_lease(-1);
  put.set_prev_kv(true);
  return put;
}

}  // namespace

TEST_CASE("every kind of command is, to the byte, what protobuf makes of the same request") {
  for (const CommandHeader& header : {kPlain, kWithUser, CommandHeader{}}) {
    auto entry = entry_of(header);
    *entry.mutable_put() = sample_put();
    check_bytes(put_command(header, entry.put()), entry);

    entry = entry_of(header);
    entry.mutable_put();  // an empty request is there all the same
    check_bytes(put_command(header, entry.put()), entry);

    entry = entry_of(header);
    entry.mutable_delete_range()->set_key("a");
    entry.mutable_delete_range()->set_range_end("b");
    check_bytes(command_of(header, entry.delete_range()), entry);

    entry = entry_of(header);
    *entry.mutable_txn()->add_success()->mutable_request_put() = sample_put();
    entry.mutable_txn()->add_failure()->mutable_request_txn();
    check_bytes(command_of(header, entry.txn()), entry);

    entry = entry_of(header);
    entry.mutable_compaction()->set_revision(5);
    check_bytes(command_of(header, entry.compaction()), entry);

    entry = entry_of(header);
    entry.mutable_auth_enable();
    check_bytes(command_of(header, entry.auth_enable()), entry);

    entry = entry_of(header);
    entry.mutable_auth_disable();
    check_bytes(command_of(header, entry.auth_disable()), entry);

    entry = entry_of(header);
    entry.mutable_authenticate()->set_name("u");
    check_bytes(command_of(header, entry.authenticate()), entry);

    entry = entry_of(header);
    entry.mutable_auth_user_add()->set_name("u");
    check_bytes(command_of(header, entry.auth_user_add()), entry);

    entry = entry_of(header);
    entry.mutable_auth_user_delete()->set_name("u");
    check_bytes(command_of(header, entry.auth_user_delete()), entry);

    entry = entry_of(header);
    entry.mutable_auth_user_change_password()->set_name("u");
    check_bytes(command_of(header, entry.auth_user_change_password()), entry);

    entry = entry_of(header);
    entry.mutable_auth_user_grant_role()->set_user("u");
    check_bytes(command_of(header, entry.auth_user_grant_role()), entry);

    entry = entry_of(header);
    entry.mutable_auth_user_revoke_role()->set_name("u");
    check_bytes(command_of(header, entry.auth_user_revoke_role()), entry);

    entry = entry_of(header);
    entry.mutable_auth_role_add()->set_name("r");
    check_bytes(command_of(header, entry.auth_role_add()), entry);

    entry = entry_of(header);
    entry.mutable_auth_role_delete()->set_role("r");
    check_bytes(command_of(header, entry.auth_role_delete()), entry);

    entry = entry_of(header);
    entry.mutable_auth_role_grant_permission()->mutable_perm()->set_key("k");
    check_bytes(command_of(header, entry.auth_role_grant_permission()), entry);

    entry = entry_of(header);
    entry.mutable_auth_role_revoke_permission()->set_key("k");
    check_bytes(command_of(header, entry.auth_role_revoke_permission()), entry);

    entry = entry_of(header);
    entry.mutable_cluster_version_set()->set_ver("3.5.0");
    check_bytes(command_of(header, entry.cluster_version_set()), entry);

    entry = entry_of(header);
    entry.mutable_cluster_member_attr_set()->set_member_id(9);
    entry.mutable_cluster_member_attr_set()->mutable_member_attributes()->set_name("n");
    check_bytes(command_of(header, entry.cluster_member_attr_set()), entry);
  }
}

TEST_CASE("a put of a command views the entry's own bytes") {
  const Command command = put_command(kPlain, sample_put());
  const auto& put = std::get<PutView>(command.request);
  const auto data = command.data.view();
  CHECK(put.key.data() > data.data());
  CHECK(put.value.data() + put.value.size() < data.data() + data.size());
  CHECK(put.key == sample_put().key());
  CHECK(put.lease == LeaseId{-1});
}

TEST_CASE("its size is known before the command is made") {
  const Command command = put_command(kWithUser, sample_put());
  CHECK(encoded_size(command.header, command.request, sample_put().ByteSizeLong()) ==
        command.data.size());
}

TEST_CASE("an entry of a kind this version does not know is an error that says so") {
  for (const std::string& bytes : {entry_of(kPlain).SerializeAsString(), [] {
                                     auto entry = entry_of(kPlain);
                                     entry.mutable_v2()->set_path("/x");
                                     return entry.SerializeAsString();
                                   }()}) {
    const auto decoded = decode_command(SharedBytes{bytes});
    REQUIRE_FALSE(decoded.has_value());
    CHECK(decoded.error().code == Code::unimplemented);
  }
}

TEST_CASE("bytes that are no entry are an error") {
  auto entry = entry_of(kWithUser);
  *entry.mutable_put() = sample_put();
  const std::string sound = entry.SerializeAsString();
  const auto refused = [](const std::string& bytes) {
    const auto decoded = decode_command(SharedBytes{bytes});
    return !decoded.has_value() && decoded.error().code == Code::data_loss;
  };
  CHECK(refused(sound.substr(0, sound.size() - 1)));
  CHECK(refused(sound + "\x0a"));
  // A header that breaks off within itself.
  CHECK(refused(sound + "\xa2\x06\x02\x12\x05"));
  // A put that does.
  CHECK(refused("\x22\x02\x0a\x05"));
}

TEST_CASE("whatever happens to an entry's bytes, what is taken is what protobuf reads") {
  auto entry = entry_of(kPlain);
  *entry.mutable_put() = sample_put();
  entry.mutable_put()->set_value("v");
  const std::string sound = entry.SerializeAsString();
  int taken = 0;
  for (const auto seed : test_seeds(5000)) {
    Rng rng{seed};
    std::string bytes = sound;
    bytes[rng.below(bytes.size())] = static_cast<char>(rng.next());
    (void)command_id(bytes);
    const auto decoded = decode_command(SharedBytes{bytes});
    InternalRaftRequest parsed;
    // Protobuf also looks into requests of kinds that we pass over.
    if (!decoded || !parsed.ParseFromString(bytes)) continue;
    ++taken;
    INFO("seed ", seed);
    CHECK(decoded->header.id.value() == parsed.header().id());
    if (const auto* put = std::get_if<PutView>(&decoded->request)) {
      CHECK(put->key == parsed.put().key());
      CHECK(put->value == parsed.put().value());
    }
  }
  CHECK(taken > 100);
}
