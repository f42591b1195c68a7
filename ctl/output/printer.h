// The forms in which answers are printed. Each form is a printer; what it does not know it refuses.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ctl/failure.h"
#include "proto/rpc.pb.h"

namespace quorate::ctl {

namespace pb = etcdserverpb;

enum class OutputFormat : std::uint8_t { simple, fields, json, protobuf, table };
[[nodiscard]] std::optional<OutputFormat> parse_output_format(std::string_view name);

// ---- What commands put together themselves

struct EndpointHealth {
  std::string endpoint;
  bool is_healthy = false;
  std::string took;   // a duration as Go prints it; empty when nothing was asked
  std::string error;  // empty = none
};
struct EndpointStatus {
  std::string endpoint;
  pb::StatusResponse status;
};
struct EndpointHash {
  std::string endpoint;
  pb::HashKVResponse hash;
};

struct SnapshotStatus {
  std::uint32_t hash = 0;
  std::int64_t revision = 0;
  std::uint64_t pairs = 0;  // of all buckets, not only keys
  std::uint64_t bytes = 0;
};

// Whether the keys of a lease were asked for.
enum class KeyList : bool { hidden, shown };

class Printer {
 public:
  virtual ~Printer() = default;
  [[nodiscard]] virtual OutputFormat format() const = 0;
  virtual void show_values_only() {}  // simple: leaves out the keys

  virtual Outcome<> del(const pb::DeleteRangeResponse&) { return unsupported(); }
  virtual Outcome<> get(const pb::RangeResponse&) { return unsupported(); }
  virtual Outcome<> put(const pb::PutResponse&) { return unsupported(); }
  virtual Outcome<> txn(const pb::TxnResponse&) { return unsupported(); }
  virtual Outcome<> watch(const pb::WatchResponse&) { return unsupported(); }

  virtual Outcome<> lease_grant(const pb::LeaseGrantResponse&) { return unsupported(); }
  virtual Outcome<> lease_revoke(std::int64_t, const pb::LeaseRevokeResponse&) {
    return unsupported();
  }
  virtual Outcome<> keep_alive(const pb::LeaseKeepAliveResponse&) { return unsupported(); }
  virtual Outcome<> time_to_live(const pb::LeaseTimeToLiveResponse&, KeyList) {
    return unsupported();
  }
  virtual Outcome<> leases(const pb::LeaseLeasesResponse&) { return unsupported(); }

  virtual Outcome<> member_add(const pb::MemberAddResponse&) { return unsupported(); }
  virtual Outcome<> member_remove(std::uint64_t, const pb::MemberRemoveResponse&) {
    return unsupported();
  }
  virtual Outcome<> member_update(std::uint64_t, const pb::MemberUpdateResponse&) {
    return unsupported();
  }
  virtual Outcome<> member_promote(std::uint64_t, const pb::MemberPromoteResponse&) {
    return unsupported();
  }
  virtual Outcome<> member_list(const pb::MemberListResponse&) { return unsupported(); }

  virtual Outcome<> endpoint_health(const std::vector<EndpointHealth>&) { return unsupported(); }
  virtual Outcome<> endpoint_status(const std::vector<EndpointStatus>&) { return unsupported(); }
  virtual Outcome<> endpoint_hash(const std::vector<EndpointHash>&) { return unsupported(); }
  virtual Outcome<> move_leader(std::uint64_t, std::uint64_t, const pb::MoveLeaderResponse&) {
    return unsupported();
  }
  // `action` is "validate", "enable" or "cancel".
  virtual Outcome<> downgrade(std::string_view, const pb::DowngradeResponse&) {
    return unsupported();
  }
  virtual Outcome<> alarm(const pb::AlarmResponse&) { return unsupported(); }

  virtual Outcome<> snapshot_status(const SnapshotStatus&) { return unsupported(); }

  virtual Outcome<> role_add(const std::string&, const pb::AuthRoleAddResponse&) {
    return unsupported();
  }
  virtual Outcome<> role_get(const std::string&, const pb::AuthRoleGetResponse&) {
    return unsupported();
  }
  virtual Outcome<> role_delete(const std::string&, const pb::AuthRoleDeleteResponse&) {
    return unsupported();
  }
  virtual Outcome<> role_list(const pb::AuthRoleListResponse&) { return unsupported(); }
  virtual Outcome<> role_grant(const std::string&, const pb::AuthRoleGrantPermissionResponse&) {
    return unsupported();
  }
  virtual Outcome<> role_revoke(const std::string&, const std::string&, const std::string&,
                                const pb::AuthRoleRevokePermissionResponse&) {
    return unsupported();
  }

  virtual Outcome<> user_add(const std::string&, const pb::AuthUserAddResponse&) {
    return unsupported();
  }
  virtual Outcome<> user_get(const std::string&, const pb::AuthUserGetResponse&) {
    return unsupported();
  }
  virtual Outcome<> user_list(const pb::AuthUserListResponse&) { return unsupported(); }
  virtual Outcome<> user_password(const pb::AuthUserChangePasswordResponse&) {
    return unsupported();
  }
  virtual Outcome<> user_grant(const std::string&, const std::string&,
                               const pb::AuthUserGrantRoleResponse&) {
    return unsupported();
  }
  virtual Outcome<> user_revoke(const std::string&, const std::string&,
                                const pb::AuthUserRevokeRoleResponse&) {
    return unsupported();
  }
  virtual Outcome<> user_delete(const std::string&, const pb::AuthUserDeleteResponse&) {
    return unsupported();
  }
  virtual Outcome<> auth_status(const pb::AuthStatusResponse&) { return unsupported(); }

 private:
  [[nodiscard]] Failure unsupported() const;  // "table not supported as output format"
};

enum class Hex : bool { no, yes };
// `out` and `err` outlive the printer; only bad news of `endpoint health` goes to `err`.
[[nodiscard]] std::unique_ptr<Printer> make_printer(OutputFormat format, Hex hex, std::ostream& out,
                                                    std::ostream& err);

}  // namespace quorate::ctl
