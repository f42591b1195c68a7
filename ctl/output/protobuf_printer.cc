#include <ostream>

#include "ctl/output/printers.h"

namespace quorate::ctl {
namespace {

// The answer's bytes as the server sent them, with nothing behind. Of leases only the header, as
// etcdctl does.
class ProtobufPrinter final : public Printer {
 public:
  explicit ProtobufPrinter(std::ostream& out) : out_{out} {}

  [[nodiscard]] OutputFormat format() const override { return OutputFormat::protobuf; }

  Outcome<> del(const pb::DeleteRangeResponse& r) override { return show(r); }
  Outcome<> get(const pb::RangeResponse& r) override { return show(r); }
  Outcome<> put(const pb::PutResponse& r) override { return show(r); }
  Outcome<> txn(const pb::TxnResponse& r) override { return show(r); }
  Outcome<> watch(const pb::WatchResponse& r) override {
    pb::WatchResponse shown = r;
    shown.clear_watch_id();
    shown.clear_cancel_reason();
    return show(shown);
  }

  Outcome<> lease_grant(const pb::LeaseGrantResponse& r) override { return show(r.header()); }
  Outcome<> lease_revoke(std::int64_t, const pb::LeaseRevokeResponse& r) override {
    return show(r);
  }
  Outcome<> keep_alive(const pb::LeaseKeepAliveResponse& r) override { return show(r.header()); }
  Outcome<> time_to_live(const pb::LeaseTimeToLiveResponse& r, KeyList) override {
    return show(r.header());
  }
  Outcome<> leases(const pb::LeaseLeasesResponse& r) override { return show(r.header()); }

  Outcome<> member_add(const pb::MemberAddResponse& r) override { return show(r); }
  Outcome<> member_remove(std::uint64_t, const pb::MemberRemoveResponse& r) override {
    return show(r);
  }
  Outcome<> member_update(std::uint64_t, const pb::MemberUpdateResponse& r) override {
    return show(r);
  }
  Outcome<> member_promote(std::uint64_t, const pb::MemberPromoteResponse& r) override {
    return show(r);
  }
  Outcome<> member_list(const pb::MemberListResponse& r) override { return show(r); }
  Outcome<> move_leader(std::uint64_t, std::uint64_t, const pb::MoveLeaderResponse& r) override {
    return show(r);
  }
  Outcome<> downgrade(std::string_view, const pb::DowngradeResponse& r) override { return show(r); }
  Outcome<> alarm(const pb::AlarmResponse& r) override { return show(r); }

  Outcome<> role_add(const std::string&, const pb::AuthRoleAddResponse& r) override {
    return show(r);
  }
  Outcome<> role_get(const std::string&, const pb::AuthRoleGetResponse& r) override {
    return show(r);
  }
  Outcome<> role_delete(const std::string&, const pb::AuthRoleDeleteResponse& r) override {
    return show(r);
  }
  Outcome<> role_list(const pb::AuthRoleListResponse& r) override { return show(r); }
  Outcome<> role_grant(const std::string&, const pb::AuthRoleGrantPermissionResponse& r) override {
    return show(r);
  }
  Outcome<> role_revoke(const std::string&, const std::string&, const std::string&,
                        const pb::AuthRoleRevokePermissionResponse& r) override {
    return show(r);
  }
  Outcome<> user_add(const std::string&, const pb::AuthUserAddResponse& r) override {
    return show(r);
  }
  Outcome<> user_get(const std::string&, const pb::AuthUserGetResponse& r) override {
    return show(r);
  }
  Outcome<> user_list(const pb::AuthUserListResponse& r) override { return show(r); }
  Outcome<> user_password(const pb::AuthUserChangePasswordResponse& r) override { return show(r); }
  Outcome<> user_grant(const std::string&, const std::string&,
                       const pb::AuthUserGrantRoleResponse& r) override {
    return show(r);
  }
  Outcome<> user_revoke(const std::string&, const std::string&,
                        const pb::AuthUserRevokeRoleResponse& r) override {
    return show(r);
  }
  Outcome<> user_delete(const std::string&, const pb::AuthUserDeleteResponse& r) override {
    return show(r);
  }
  Outcome<> auth_status(const pb::AuthStatusResponse& r) override { return show(r); }

 private:
  Outcome<> show(const google::protobuf::Message& message) {
    message.SerializeToOstream(&out_);
    return {};
  }

  std::ostream& out_;
};

}  // namespace

std::unique_ptr<Printer> make_protobuf_printer(std::ostream& out) {
  return std::make_unique<ProtobufPrinter>(out);
}

}  // namespace quorate::ctl
