#include <ostream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "ctl/client/key_range.h"
#include "ctl/output/printers.h"
#include "ctl/output/rows.h"
#include "ctl/output/text.h"

namespace quorate::ctl {
namespace {

// The form for people: keys and values as they are, everything else in a sentence.
class SimplePrinter final : public Printer {
 public:
  SimplePrinter(Hex hex, std::ostream& out, std::ostream& err)
      : is_hex_{hex == Hex::yes}, out_{out}, err_{err} {}

  [[nodiscard]] OutputFormat format() const override { return OutputFormat::simple; }
  void show_values_only() override { has_values_only_ = true; }

  Outcome<> del(const pb::DeleteRangeResponse& r) override {
    out_ << r.deleted() << '\n';
    for (const auto& kv : r.prev_kvs()) key_value(kv);
    return {};
  }
  Outcome<> get(const pb::RangeResponse& r) override {
    for (const auto& kv : r.kvs()) key_value(kv);
    return {};
  }
  Outcome<> put(const pb::PutResponse& r) override {
    out_ << "OK\n";
    if (r.has_prev_kv()) key_value(r.prev_kv());
    return {};
  }
  Outcome<> txn(const pb::TxnResponse& r) override;
  Outcome<> watch(const pb::WatchResponse& r) override {
    for (const mvccpb::Event& event : r.events()) {
      out_ << mvccpb::Event::EventType_Name(event.type()) << '\n';
      if (event.has_prev_kv()) key_value(event.prev_kv());
      key_value(event.kv());
    }
    return {};
  }

  Outcome<> lease_grant(const pb::LeaseGrantResponse& r) override {
    return say("lease {} granted with TTL({}s)", lease(r.id()), r.ttl());
  }
  Outcome<> lease_revoke(std::int64_t id, const pb::LeaseRevokeResponse&) override {
    return say("lease {} revoked", lease(id));
  }
  Outcome<> keep_alive(const pb::LeaseKeepAliveResponse& r) override {
    return say("lease {} keepalived with TTL({})", lease(r.id()), r.ttl());
  }
  Outcome<> time_to_live(const pb::LeaseTimeToLiveResponse& r, KeyList keys) override {
    if (r.grantedttl() == 0 && r.ttl() == -1) return say("lease {} already expired", lease(r.id()));
    const std::string attached =
        keys == KeyList::shown ? fmt::format(", attached keys([{}])", fmt::join(r.keys(), " "))
                               : "";
    return say("lease {} granted with TTL({}s), remaining({}s){}", lease(r.id()), r.grantedttl(),
               r.ttl(), attached);
  }
  Outcome<> leases(const pb::LeaseLeasesResponse& r) override {
    (void)say("found {} leases", r.leases_size());
    for (const pb::LeaseStatus& status : r.leases()) (void)say("{}", lease(status.id()));
    return {};
  }

  Outcome<> member_add(const pb::MemberAddResponse& r) override {
    return say("Member {:16x} added {}to cluster {:16x}", r.member().id(),
               r.member().islearner() ? "as learner " : "", r.header().cluster_id());
  }
  Outcome<> member_remove(std::uint64_t id, const pb::MemberRemoveResponse& r) override {
    return say("Member {:16x} removed from cluster {:16x}", id, r.header().cluster_id());
  }
  Outcome<> member_update(std::uint64_t id, const pb::MemberUpdateResponse& r) override {
    return say("Member {:16x} updated in cluster {:16x}", id, r.header().cluster_id());
  }
  Outcome<> member_promote(std::uint64_t id, const pb::MemberPromoteResponse& r) override {
    return say("Member {:16x} promoted in cluster {:16x}", id, r.header().cluster_id());
  }
  Outcome<> member_list(const pb::MemberListResponse& r) override { return rows(member_table(r)); }

  Outcome<> endpoint_health(const std::vector<EndpointHealth>& list) override {
    for (const EndpointHealth& entry : list) {
      if (entry.error.empty()) {
        (void)say("{} is healthy: successfully committed proposal: took = {}", entry.endpoint,
                  entry.took);
      } else {
        err_ << fmt::format("{} is unhealthy: failed to commit proposal: {}\n", entry.endpoint,
                            entry.error);
      }
    }
    return {};
  }
  Outcome<> endpoint_status(const std::vector<EndpointStatus>& list) override {
    return rows(status_table(list));
  }
  Outcome<> endpoint_hash(const std::vector<EndpointHash>& list) override {
    return rows(hash_table(list));
  }
  Outcome<> move_leader(std::uint64_t from, std::uint64_t to,
                        const pb::MoveLeaderResponse&) override {
    return say("Leadership transferred from {:x} to {:x}", from, to);
  }
  Outcome<> downgrade(std::string_view action, const pb::DowngradeResponse& r) override {
    return say("Downgrade {} success, cluster version {}", action, r.version());
  }
  Outcome<> alarm(const pb::AlarmResponse& r) override;
  Outcome<> snapshot_status(const SnapshotStatus& status) override {
    return rows(snapshot_table(status));
  }

  Outcome<> role_add(const std::string& role, const pb::AuthRoleAddResponse&) override {
    return say("Role {} created", role);
  }
  Outcome<> role_get(const std::string& role, const pb::AuthRoleGetResponse& r) override;
  Outcome<> role_delete(const std::string& role, const pb::AuthRoleDeleteResponse&) override {
    return say("Role {} deleted", role);
  }
  Outcome<> role_list(const pb::AuthRoleListResponse& r) override { return names(r.roles()); }
  Outcome<> role_grant(const std::string& role,
                       const pb::AuthRoleGrantPermissionResponse&) override {
    return say("Role {} updated", role);
  }
  Outcome<> role_revoke(const std::string& role, const std::string& key, const std::string& end,
                        const pb::AuthRoleRevokePermissionResponse&) override {
    if (end.empty()) return say("Permission of key {} is revoked from role {}", key, role);
    const std::string bound = end == kOpenRangeEnd ? "<open ended>" : end + ')';
    return say("Permission of range [{}, {} is revoked from role {}", key, bound, role);
  }

  Outcome<> user_add(const std::string& user, const pb::AuthUserAddResponse&) override {
    return say("User {} created", user);
  }
  Outcome<> user_get(const std::string& user, const pb::AuthUserGetResponse& r) override {
    out_ << "User: " << user << "\nRoles:";
    for (const std::string& role : r.roles()) out_ << ' ' << role;
    out_ << '\n';
    return {};
  }
  Outcome<> user_list(const pb::AuthUserListResponse& r) override { return names(r.users()); }
  Outcome<> user_password(const pb::AuthUserChangePasswordResponse&) override {
    return say("Password updated");
  }
  Outcome<> user_grant(const std::string& user, const std::string& role,
                       const pb::AuthUserGrantRoleResponse&) override {
    return say("Role {} is granted to user {}", role, user);
  }
  Outcome<> user_revoke(const std::string& user, const std::string& role,
                        const pb::AuthUserRevokeRoleResponse&) override {
    return say("Role {} is revoked from user {}", role, user);
  }
  Outcome<> user_delete(const std::string& user, const pb::AuthUserDeleteResponse&) override {
    return say("User {} deleted", user);
  }
  Outcome<> auth_status(const pb::AuthStatusResponse& r) override {
    return say("Authentication Status: {}\nAuthRevision: {}", r.enabled(), r.authrevision());
  }

 private:
  template <class... Args>
  Outcome<> say(fmt::format_string<Args...> text, Args&&... args) {
    out_ << fmt::format(text, std::forward<Args>(args)...) << '\n';
    return {};
  }
  static std::string lease(std::int64_t id) {
    return fmt::format("{:016x}", static_cast<std::uint64_t>(id));
  }
  void bytes(const std::string& text) { out_ << (is_hex_ ? hex_bytes(text) : text) << '\n'; }
  void key_value(const mvccpb::KeyValue& kv) {
    if (!has_values_only_) bytes(kv.key());
    bytes(kv.value());
  }
  Outcome<> rows(const Table& table) {
    for (const auto& row : table.rows) out_ << fmt::format("{}\n", fmt::join(row, ", "));
    return {};
  }
  template <class Names>
  Outcome<> names(const Names& list) {
    for (const std::string& name : list) out_ << name << '\n';
    return {};
  }
  void permission(const authpb::Permission& p);

  bool is_hex_;
  bool has_values_only_ = false;
  std::ostream& out_;
  std::ostream& err_;
};

Outcome<> SimplePrinter::txn(const pb::TxnResponse& r) {
  out_ << (r.succeeded() ? "SUCCESS\n" : "FAILURE\n");
  for (const pb::ResponseOp& op : r.responses()) {
    out_ << '\n';
    if (op.has_response_delete_range()) (void)del(op.response_delete_range());
    if (op.has_response_put()) (void)put(op.response_put());
    if (op.has_response_range()) (void)get(op.response_range());
    if (op.has_response_txn()) (void)txn(op.response_txn());
  }
  return {};
}

// In protobuf's text form, each field followed by a blank.
Outcome<> SimplePrinter::alarm(const pb::AlarmResponse& r) {
  for (const pb::AlarmMember& alarm : r.alarms()) {
    if (alarm.memberid() != 0) out_ << "memberID:" << alarm.memberid() << ' ';
    if (alarm.alarm() != pb::NONE) out_ << "alarm:" << pb::AlarmType_Name(alarm.alarm()) << ' ';
    out_ << '\n';
  }
  return {};
}

void SimplePrinter::permission(const authpb::Permission& p) {
  if (p.range_end().empty()) {
    out_ << '\t' << p.key() << '\n';
    return;
  }
  out_ << "\t[" << p.key() << ", "
       << (p.range_end() == kOpenRangeEnd ? "<open ended>" : p.range_end() + ')');
  const bool is_prefix = !p.key().empty() && prefix_end(p.key()) == p.range_end();
  if (is_prefix) out_ << " (prefix " << p.key() << ')';
  out_ << '\n';
}

Outcome<> SimplePrinter::role_get(const std::string& role, const pb::AuthRoleGetResponse& r) {
  // The root role may do everything without being given it.
  const bool is_root = role == "root" && r.perm().empty();
  const auto list = [&](const char* title, authpb::Permission::Type kind) {
    out_ << title << '\n';
    if (is_root) out_ << "\t[, <open ended>\n";
    for (const authpb::Permission& p : r.perm()) {
      if (p.permtype() == kind || p.permtype() == authpb::Permission::READWRITE) permission(p);
    }
  };
  out_ << "Role " << role << '\n';
  list("KV Read:", authpb::Permission::READ);
  list("KV Write:", authpb::Permission::WRITE);
  return {};
}

}  // namespace

std::unique_ptr<Printer> make_simple_printer(Hex hex, std::ostream& out, std::ostream& err) {
  return std::make_unique<SimplePrinter>(hex, out, err);
}

}  // namespace quorate::ctl
