#include <ostream>

#include "common/hex.h"
#include "ctl/output/json_writer.h"
#include "ctl/output/printers.h"

namespace quorate::ctl {
namespace {

// ---- Messages, member by member in the order of etcdctl

void header_members(JsonWriter& json, const pb::ResponseHeader& header) {
  json.number_unless_zero("cluster_id", header.cluster_id());
  json.number_unless_zero("member_id", header.member_id());
  json.number_unless_zero("revision", header.revision());
  json.number_unless_zero("raft_term", header.raft_term());
}

void write_header(JsonWriter& json, const pb::ResponseHeader& header) {
  json.begin_object();
  header_members(json, header);
  json.end_object();
}

template <class Response>
void header_of(JsonWriter& json, const Response& response) {
  if (!response.has_header()) return;
  json.key("header");
  write_header(json, response.header());
}

void write(JsonWriter& json, const mvccpb::KeyValue& kv) {
  json.begin_object();
  json.bytes_unless_empty("key", kv.key());
  json.number_unless_zero("create_revision", kv.create_revision());
  json.number_unless_zero("mod_revision", kv.mod_revision());
  json.number_unless_zero("version", kv.version());
  json.bytes_unless_empty("value", kv.value());
  json.number_unless_zero("lease", kv.lease());
  json.end_object();
}

void write(JsonWriter& json, const pb::ResponseOp& op);
void write(JsonWriter& json, const pb::AlarmMember& alarm);
void write(JsonWriter& json, const authpb::Permission& permission);

template <class Messages>
void write_list(JsonWriter& json, std::string_view name, const Messages& list) {
  if (list.empty()) return;
  json.key(name);
  json.begin_array();
  for (const auto& each : list) write(json, each);
  json.end_array();
}

void write(JsonWriter& json, const pb::RangeResponse& r) {
  json.begin_object();
  header_of(json, r);
  write_list(json, "kvs", r.kvs());
  json.flag_unless_false("more", r.more());
  json.number_unless_zero("count", r.count());
  json.end_object();
}

void write(JsonWriter& json, const pb::PutResponse& r) {
  json.begin_object();
  header_of(json, r);
  if (r.has_prev_kv()) {
    json.key("prev_kv");
    write(json, r.prev_kv());
  }
  json.end_object();
}

void write(JsonWriter& json, const pb::DeleteRangeResponse& r) {
  json.begin_object();
  header_of(json, r);
  json.number_unless_zero("deleted", r.deleted());
  write_list(json, "prev_kvs", r.prev_kvs());
  json.end_object();
}

void write(JsonWriter& json, const pb::TxnResponse& r);

void write(JsonWriter& json, const pb::ResponseOp& op) {
  const auto member = [&json](const char* name, const auto& response) {
    json.key(name);
    write(json, response);
  };
  json.begin_object();
  json.key("Response");
  json.begin_object();
  if (op.has_response_range()) member("response_range", op.response_range());
  if (op.has_response_put()) member("response_put", op.response_put());
  if (op.has_response_delete_range()) member("response_delete_range", op.response_delete_range());
  if (op.has_response_txn()) member("response_txn", op.response_txn());
  json.end_object();
  json.end_object();
}

void write(JsonWriter& json, const pb::TxnResponse& r) {
  json.begin_object();
  header_of(json, r);
  json.flag_unless_false("succeeded", r.succeeded());
  write_list(json, "responses", r.responses());
  json.end_object();
}

void write(JsonWriter& json, const mvccpb::Event& event) {
  json.begin_object();
  json.number_unless_zero("type", static_cast<int>(event.type()));
  if (event.has_kv()) {
    json.key("kv");
    write(json, event.kv());
  }
  if (event.has_prev_kv()) {
    json.key("prev_kv");
    write(json, event.prev_kv());
  }
  json.end_object();
}

void write(JsonWriter& json, const pb::WatchResponse& r) {
  json.begin_object();
  json.key("Header");
  write_header(json, r.header());
  json.key("Events");
  if (r.has_header()) {
    json.begin_array();
    for (const mvccpb::Event& event : r.events()) write(json, event);
    json.end_array();
  } else {
    json.null();  // no answer of a server: the client says that the stream has ended
  }
  json.key("CompactRevision");
  json.number(r.compact_revision());
  json.key("Canceled");
  json.boolean(r.canceled());
  json.key("Created");
  json.boolean(r.created());
  json.key("CancelReason");
  json.string(r.cancel_reason());
  json.end_object();
}

// With --hex, members and their headers show ids in hexadecimal, and always.
class MemberWriter {
 public:
  MemberWriter(JsonWriter& json, Hex hex) : json_{json}, is_hex_{hex == Hex::yes} {}

  template <class Response>
  void header(const Response& r) {
    if (!is_hex_) {
      header_of(json_, r);
      return;
    }
    json_.key("header");
    json_.begin_object();
    id("cluster_id", r.header().cluster_id());
    id("member_id", r.header().member_id());
    json_.number_unless_zero("revision", r.header().revision());
    json_.number_unless_zero("raft_term", r.header().raft_term());
    json_.end_object();
  }

  void member(const pb::Member& m) {
    json_.begin_object();
    if (is_hex_) {
      id("ID", m.id());
    } else {
      json_.number_unless_zero("ID", m.id());
    }
    json_.string_unless_empty("name", m.name());
    json_.strings_unless_empty("peerURLs", m.peerurls());
    json_.strings_unless_empty("clientURLs", m.clienturls());
    json_.flag_unless_false("isLearner", m.islearner());
    json_.end_object();
  }

  template <class Members>
  void members(const Members& list) {
    if (list.empty() && !is_hex_) return;
    json_.key("members");
    json_.begin_array();
    for (const pb::Member& m : list) member(m);
    json_.end_array();
  }

 private:
  void id(std::string_view name, std::uint64_t number) {
    json_.key(name);
    json_.string(to_hex(number));
  }

  JsonWriter& json_;
  bool is_hex_;
};

void write(JsonWriter& json, const authpb::Permission& permission) {
  json.begin_object();
  json.number_unless_zero("permType", static_cast<int>(permission.permtype()));
  json.bytes_unless_empty("key", permission.key());
  json.bytes_unless_empty("range_end", permission.range_end());
  json.end_object();
}

void write(JsonWriter& json, const pb::AlarmMember& alarm) {
  json.begin_object();
  json.number_unless_zero("memberID", alarm.memberid());
  json.number_unless_zero("alarm", static_cast<int>(alarm.alarm()));
  json.end_object();
}

void write(JsonWriter& json, const EndpointHealth& entry) {
  json.begin_object();
  json.key("endpoint");
  json.string(entry.endpoint);
  json.key("health");
  json.boolean(entry.is_healthy);
  json.key("took");
  json.string(entry.took);
  json.string_unless_empty("error", entry.error);
  json.end_object();
}

void write(JsonWriter& json, const pb::StatusResponse& s) {
  json.begin_object();
  header_of(json, s);
  json.string_unless_empty("version", s.version());
  json.number_unless_zero("dbSize", s.dbsize());
  json.number_unless_zero("leader", s.leader());
  json.number_unless_zero("raftIndex", s.raftindex());
  json.number_unless_zero("raftTerm", s.raftterm());
  json.number_unless_zero("raftAppliedIndex", s.raftappliedindex());
  json.strings_unless_empty("errors", s.errors());
  json.number_unless_zero("dbSizeInUse", s.dbsizeinuse());
  json.flag_unless_false("isLearner", s.islearner());
  json.string_unless_empty("storageVersion", s.storageversion());
  json.number_unless_zero("dbSizeQuota", s.dbsizequota());
  if (s.has_downgradeinfo()) {
    json.key("downgradeInfo");
    json.begin_object();
    json.flag_unless_false("enabled", s.downgradeinfo().enabled());
    json.string_unless_empty("targetVersion", s.downgradeinfo().targetversion());
    json.end_object();
  }
  json.end_object();
}

void write(JsonWriter& json, const EndpointStatus& entry) {
  json.begin_object();
  json.key("Endpoint");
  json.string(entry.endpoint);
  json.key("Status");
  write(json, entry.status);
  json.end_object();
}

void write(JsonWriter& json, const EndpointHash& entry) {
  json.begin_object();
  json.key("Endpoint");
  json.string(entry.endpoint);
  json.key("HashKV");
  json.begin_object();
  header_of(json, entry.hash);
  json.number_unless_zero("hash", entry.hash.hash());
  json.number_unless_zero("compact_revision", entry.hash.compact_revision());
  json.number_unless_zero("hash_revision", entry.hash.hash_revision());
  json.end_object();
  json.end_object();
}

class JsonPrinter final : public Printer {
 public:
  JsonPrinter(Hex hex, std::ostream& out) : hex_{hex}, out_{out} {}

  [[nodiscard]] OutputFormat format() const override { return OutputFormat::json; }

  Outcome<> del(const pb::DeleteRangeResponse& r) override { return show(r); }
  Outcome<> get(const pb::RangeResponse& r) override { return show(r); }
  Outcome<> put(const pb::PutResponse& r) override { return show(r); }
  Outcome<> txn(const pb::TxnResponse& r) override { return show(r); }
  Outcome<> watch(const pb::WatchResponse& r) override { return show(r); }

  Outcome<> lease_grant(const pb::LeaseGrantResponse& r) override {
    return lease(r, [&](JsonWriter& json) {
      number(json, "ID", r.id());
      number(json, "TTL", r.ttl());
      json.key("Error");
      json.string(r.error());
    });
  }
  Outcome<> lease_revoke(std::int64_t, const pb::LeaseRevokeResponse& r) override {
    return header_only(r);
  }
  Outcome<> keep_alive(const pb::LeaseKeepAliveResponse& r) override {
    return lease(r, [&](JsonWriter& json) {
      number(json, "ID", r.id());
      number(json, "TTL", r.ttl());
    });
  }
  Outcome<> time_to_live(const pb::LeaseTimeToLiveResponse& r, KeyList) override {
    return lease(r, [&](JsonWriter& json) {
      number(json, "id", r.id());
      number(json, "ttl", r.ttl());
      number(json, "granted-ttl", r.grantedttl());
      keys(json, r);
    });
  }
  Outcome<> leases(const pb::LeaseLeasesResponse& r) override {
    return lease(r, [&](JsonWriter& json) {
      json.key("leases");
      json.begin_array();
      for (const pb::LeaseStatus& status : r.leases()) {
        json.begin_object();
        number(json, "id", status.id());
        json.end_object();
      }
      json.end_array();
    });
  }

  Outcome<> member_add(const pb::MemberAddResponse& r) override {
    return object([&](JsonWriter& json) {
      MemberWriter writer{json, hex_};
      writer.header(r);
      if (r.has_member()) {
        json.key("member");
        writer.member(r.member());
      }
      writer.members(r.members());
    });
  }
  Outcome<> member_remove(std::uint64_t, const pb::MemberRemoveResponse& r) override {
    return members(r);
  }
  Outcome<> member_update(std::uint64_t, const pb::MemberUpdateResponse& r) override {
    return members(r);
  }
  Outcome<> member_promote(std::uint64_t, const pb::MemberPromoteResponse& r) override {
    return members(r);
  }
  Outcome<> member_list(const pb::MemberListResponse& r) override { return members(r); }

  Outcome<> endpoint_health(const std::vector<EndpointHealth>& list) override {
    return array(list);
  }
  Outcome<> endpoint_status(const std::vector<EndpointStatus>& list) override {
    return array(list);
  }
  Outcome<> endpoint_hash(const std::vector<EndpointHash>& list) override { return array(list); }
  Outcome<> move_leader(std::uint64_t, std::uint64_t, const pb::MoveLeaderResponse& r) override {
    return header_only(r);
  }
  Outcome<> downgrade(std::string_view, const pb::DowngradeResponse& r) override {
    return object([&](JsonWriter& json) {
      header_of(json, r);
      json.string_unless_empty("version", r.version());
    });
  }
  Outcome<> alarm(const pb::AlarmResponse& r) override {
    return object([&](JsonWriter& json) {
      header_of(json, r);
      write_list(json, "alarms", r.alarms());
    });
  }
  Outcome<> snapshot_status(const SnapshotStatus& s) override {
    return object([&](JsonWriter& json) {
      json.key("hash");
      json.number(s.hash);
      number(json, "revision", s.revision);
      json.key("totalKey");
      json.number(s.pairs);
      json.key("totalSize");
      json.number(s.bytes);
    });
  }

  Outcome<> role_add(const std::string&, const pb::AuthRoleAddResponse& r) override {
    return header_only(r);
  }
  Outcome<> role_get(const std::string&, const pb::AuthRoleGetResponse& r) override {
    return object([&](JsonWriter& json) {
      header_of(json, r);
      write_list(json, "perm", r.perm());
    });
  }
  Outcome<> role_delete(const std::string&, const pb::AuthRoleDeleteResponse& r) override {
    return header_only(r);
  }
  Outcome<> role_list(const pb::AuthRoleListResponse& r) override {
    return names(r, "roles", r.roles());
  }
  Outcome<> role_grant(const std::string&, const pb::AuthRoleGrantPermissionResponse& r) override {
    return header_only(r);
  }
  Outcome<> role_revoke(const std::string&, const std::string&, const std::string&,
                        const pb::AuthRoleRevokePermissionResponse& r) override {
    return header_only(r);
  }
  Outcome<> user_add(const std::string&, const pb::AuthUserAddResponse& r) override {
    return header_only(r);
  }
  Outcome<> user_get(const std::string&, const pb::AuthUserGetResponse& r) override {
    return names(r, "roles", r.roles());
  }
  Outcome<> user_list(const pb::AuthUserListResponse& r) override {
    return names(r, "users", r.users());
  }
  Outcome<> user_password(const pb::AuthUserChangePasswordResponse& r) override {
    return header_only(r);
  }
  Outcome<> user_grant(const std::string&, const std::string&,
                       const pb::AuthUserGrantRoleResponse& r) override {
    return header_only(r);
  }
  Outcome<> user_revoke(const std::string&, const std::string&,
                        const pb::AuthUserRevokeRoleResponse& r) override {
    return header_only(r);
  }
  Outcome<> user_delete(const std::string&, const pb::AuthUserDeleteResponse& r) override {
    return header_only(r);
  }
  Outcome<> auth_status(const pb::AuthStatusResponse& r) override {
    return object([&](JsonWriter& json) {
      header_of(json, r);
      json.flag_unless_false("enabled", r.enabled());
      json.number_unless_zero("authRevision", r.authrevision());
    });
  }

 private:
  static void number(JsonWriter& json, std::string_view name, std::int64_t value) {
    json.key(name);
    json.number(value);
  }
  static void keys(JsonWriter& json, const pb::LeaseTimeToLiveResponse& r) {
    json.key("keys");
    if (r.keys().empty()) {
      json.null();
      return;
    }
    json.begin_array();
    for (const std::string& key : r.keys()) json.bytes(key);
    json.end_array();
  }

  Outcome<> say(const JsonWriter& json) {
    out_ << json.text() << '\n';
    return {};
  }
  template <class Message>
  Outcome<> show(const Message& message) {
    JsonWriter json;
    write(json, message);
    return say(json);
  }
  template <class Members>
  Outcome<> object(Members write_members) {
    JsonWriter json;
    json.begin_object();
    write_members(json);
    json.end_object();
    return say(json);
  }
  template <class Response>
  Outcome<> header_only(const Response& r) {
    return object([&](JsonWriter& json) { header_of(json, r); });
  }
  // Answers about leases have the header's members among their own.
  template <class Response, class Members>
  Outcome<> lease(const Response& r, Members write_members) {
    return object([&](JsonWriter& json) {
      header_members(json, r.header());
      write_members(json);
    });
  }
  template <class Response>
  Outcome<> members(const Response& r) {
    return object([&](JsonWriter& json) {
      MemberWriter writer{json, hex_};
      writer.header(r);
      writer.members(r.members());
    });
  }
  template <class Response, class Names>
  Outcome<> names(const Response& r, std::string_view name, const Names& list) {
    return object([&](JsonWriter& json) {
      header_of(json, r);
      json.strings_unless_empty(name, list);
    });
  }
  template <class List>
  Outcome<> array(const List& list) {
    JsonWriter json;
    json.begin_array();
    for (const auto& each : list) write(json, each);
    json.end_array();
    return say(json);
  }

  Hex hex_;
  std::ostream& out_;
};

}  // namespace

std::unique_ptr<Printer> make_json_printer(Hex hex, std::ostream& out) {
  return std::make_unique<JsonPrinter>(hex, out);
}

}  // namespace quorate::ctl
