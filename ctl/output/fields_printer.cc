#include <ostream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "common/go_text.h"
#include "ctl/output/printers.h"

namespace quorate::ctl {
namespace {

// One `"Name" : value` a line.
class FieldsPrinter final : public Printer {
 public:
  FieldsPrinter(Hex hex, std::ostream& out) : is_hex_{hex == Hex::yes}, out_{out} {}

  [[nodiscard]] OutputFormat format() const override { return OutputFormat::fields; }

  Outcome<> del(const pb::DeleteRangeResponse& r) override {
    header(r.header());
    line("Deleted", r.deleted());
    for (const auto& kv : r.prev_kvs()) key_value("Prev", kv);
    return {};
  }
  Outcome<> get(const pb::RangeResponse& r) override {
    header(r.header());
    for (const auto& kv : r.kvs()) key_value("", kv);
    line("More", r.more());
    line("Count", r.count());
    return {};
  }
  Outcome<> put(const pb::PutResponse& r) override {
    header(r.header());
    if (r.has_prev_kv()) key_value("Prev", r.prev_kv());
    return {};
  }
  Outcome<> txn(const pb::TxnResponse& r) override;
  Outcome<> watch(const pb::WatchResponse& r) override {
    header(r.header());
    for (const mvccpb::Event& event : r.events()) {
      line("Type", mvccpb::Event::EventType_Name(event.type()));
      if (event.has_prev_kv()) key_value("Prev", event.prev_kv());
      key_value("", event.kv());
    }
    return {};
  }

  Outcome<> lease_grant(const pb::LeaseGrantResponse& r) override {
    header(r.header());
    line("ID", lease(r.id()));
    line("TTL", r.ttl());
    return {};
  }
  Outcome<> lease_revoke(std::int64_t, const pb::LeaseRevokeResponse& r) override {
    return header(r.header());
  }
  Outcome<> keep_alive(const pb::LeaseKeepAliveResponse& r) override {
    header(r.header());
    line("ID", lease(r.id()));
    line("TTL", r.ttl());
    return {};
  }
  Outcome<> time_to_live(const pb::LeaseTimeToLiveResponse& r, KeyList) override {
    header(r.header());
    line("ID", lease(r.id()));
    line("TTL", r.ttl());
    line("GrantedTTL", r.grantedttl());
    for (const std::string& key : r.keys()) line("Key", go_quoted(key));
    return {};
  }
  Outcome<> leases(const pb::LeaseLeasesResponse& r) override {
    header(r.header());
    for (const pb::LeaseStatus& status : r.leases()) line("ID", lease(status.id()));
    return {};
  }

  Outcome<> member_list(const pb::MemberListResponse& r) override {
    header(r.header());
    for (const pb::Member& member : r.members()) {
      line("ID", id(member.id()));
      line("Name", go_quoted(member.name()));
      for (const std::string& url : member.peerurls()) line("PeerURL", go_quoted(url));
      for (const std::string& url : member.clienturls()) line("ClientURL", go_quoted(url));
      line("IsLearner", member.islearner());
      out_ << '\n';
    }
    return {};
  }
  Outcome<> endpoint_health(const std::vector<EndpointHealth>& list) override {
    for (const EndpointHealth& entry : list) {
      line("Endpoint", go_quoted(entry.endpoint));
      line("Health", entry.is_healthy);
      line("Took", entry.took);
      line("Error", entry.error);
      out_ << '\n';
    }
    return {};
  }
  Outcome<> endpoint_status(const std::vector<EndpointStatus>& list) override {
    for (const EndpointStatus& entry : list) status(entry);
    return {};
  }
  Outcome<> endpoint_hash(const std::vector<EndpointHash>& list) override {
    for (const EndpointHash& entry : list) {
      header(entry.hash.header());
      line("Endpoint", go_quoted(entry.endpoint));
      line("Hash", entry.hash.hash());
      line("HashRevision", entry.hash.hash_revision());
      out_ << '\n';
    }
    return {};
  }
  Outcome<> alarm(const pb::AlarmResponse& r) override {
    header(r.header());
    for (const pb::AlarmMember& alarm : r.alarms()) {
      line("MemberID", id(alarm.memberid()));
      line("AlarmType", pb::AlarmType_Name(alarm.alarm()));
      out_ << '\n';
    }
    return {};
  }
  Outcome<> snapshot_status(const SnapshotStatus& s) override {
    line("Hash", s.hash);
    line("Revision", s.revision);
    line("Keys", s.pairs);
    line("Size", s.bytes);
    return {};
  }

  Outcome<> role_add(const std::string&, const pb::AuthRoleAddResponse& r) override {
    return header(r.header());
  }
  Outcome<> role_get(const std::string&, const pb::AuthRoleGetResponse& r) override {
    header(r.header());
    for (const authpb::Permission& permission : r.perm()) {
      // Two blanks behind the colon here and nowhere else, as etcdctl has it.
      line("PermType", ' ' + authpb::Permission::Type_Name(permission.permtype()));
      line("Key", go_quoted(permission.key()));
      line("RangeEnd", go_quoted(permission.range_end()));
    }
    return {};
  }
  Outcome<> role_delete(const std::string&, const pb::AuthRoleDeleteResponse& r) override {
    return header(r.header());
  }
  Outcome<> role_list(const pb::AuthRoleListResponse& r) override {
    header(r.header());
    out_ << "\"Roles\" :";
    for (const std::string& role : r.roles()) out_ << ' ' << go_quoted(role);
    out_ << '\n';
    return {};
  }
  Outcome<> role_grant(const std::string&, const pb::AuthRoleGrantPermissionResponse& r) override {
    return header(r.header());
  }
  Outcome<> role_revoke(const std::string&, const std::string&, const std::string&,
                        const pb::AuthRoleRevokePermissionResponse& r) override {
    return header(r.header());
  }
  Outcome<> user_add(const std::string&, const pb::AuthUserAddResponse& r) override {
    return header(r.header());
  }
  Outcome<> user_password(const pb::AuthUserChangePasswordResponse& r) override {
    return header(r.header());
  }
  Outcome<> user_grant(const std::string&, const std::string&,
                       const pb::AuthUserGrantRoleResponse& r) override {
    return header(r.header());
  }
  Outcome<> user_revoke(const std::string&, const std::string&,
                        const pb::AuthUserRevokeRoleResponse& r) override {
    return header(r.header());
  }
  Outcome<> user_delete(const std::string&, const pb::AuthUserDeleteResponse& r) override {
    return header(r.header());
  }

 private:
  template <class Value>
  void line(std::string_view name, const Value& value) {
    out_ << fmt::format("\"{}\" : {}\n", name, value);
  }
  [[nodiscard]] std::string id(std::uint64_t number) const {
    return is_hex_ ? fmt::format("{:x}", number) : std::to_string(number);
  }
  [[nodiscard]] std::string lease(std::int64_t number) const {
    return is_hex_ ? fmt::format("{:016x}", static_cast<std::uint64_t>(number))
                   : std::to_string(number);
  }

  Outcome<> header(const pb::ResponseHeader& h) {
    line("ClusterID", id(h.cluster_id()));
    line("MemberID", id(h.member_id()));
    if (h.revision() > 0) line("Revision", h.revision());  // answers about members have none
    line("RaftTerm", h.raft_term());
    return {};
  }

  void key_value(const std::string& prefix, const mvccpb::KeyValue& kv) {
    line(prefix + "Key", go_quoted(kv.key()));
    line(prefix + "CreateRevision", kv.create_revision());
    line(prefix + "ModRevision", kv.mod_revision());
    line(prefix + "Version", kv.version());
    line(prefix + "Value", go_quoted(kv.value()));
    line(prefix + "Lease", lease(kv.lease()));
  }

  void status(const EndpointStatus& entry) {
    const pb::StatusResponse& s = entry.status;
    header(s.header());
    line("Version", go_quoted(s.version()));
    line("StorageVersion", go_quoted(s.storageversion()));
    line("DBSize", s.dbsize());
    line("DBSizeInUse", s.dbsizeinuse());
    line("DBSizeQuota", s.dbsizequota());
    line("Leader", s.leader());
    line("IsLearner", s.islearner());
    line("RaftIndex", s.raftindex());
    line("RaftTerm", s.raftterm());
    line("RaftAppliedIndex", s.raftappliedindex());
    line("Errors", fmt::format("[{}]", fmt::join(s.errors(), " ")));
    line("Endpoint", go_quoted(entry.endpoint));
    line("DowngradeTargetVersion", go_quoted(s.downgradeinfo().targetversion()));
    line("DowngradeEnabled", s.downgradeinfo().enabled());
    out_ << '\n';
  }

  bool is_hex_;
  std::ostream& out_;
};

Outcome<> FieldsPrinter::txn(const pb::TxnResponse& r) {
  header(r.header());
  line("Succeeded", r.succeeded());
  for (const pb::ResponseOp& op : r.responses()) {
    if (op.has_response_delete_range()) (void)del(op.response_delete_range());
    if (op.has_response_put()) (void)put(op.response_put());
    if (op.has_response_range()) (void)get(op.response_range());
    if (op.has_response_txn()) (void)txn(op.response_txn());
  }
  return {};
}

}  // namespace

std::unique_ptr<Printer> make_fields_printer(Hex hex, std::ostream& out) {
  return std::make_unique<FieldsPrinter>(hex, out);
}

}  // namespace quorate::ctl
