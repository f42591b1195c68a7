#include "server/auth/authorizer.h"

#include <optional>
#include <string>

#include "common/ensure.h"
#include "proto/rpc.pb.h"
#include "server/auth/errors.h"

namespace quorate::auth {
namespace {

enum class Needs : std::uint8_t { nothing, user, root };

// As etcd 3.7 has it; 3.4 left most of these open (CVE-2026-33413).
Needs needs_of(Action action) {
  switch (action) {
    case Action::show_auth_status:
      return Needs::nothing;
    case Action::show_status:
    case Action::list_members:
    case Action::list_alarms:
    case Action::grant_lease:
    case Action::revoke_lease:
      return Needs::user;
    case Action::change_alarms:
    case Action::change_members:
    case Action::change_auth:
    case Action::compact:
    case Action::defragment:
    case Action::downgrade:
    case Action::hash:
    case Action::move_leader:
    case Action::snapshot:
      return Needs::root;
  }
  return Needs::root;
}

// The range of all keys that begin with name and '/'; '0' is the byte after '/'.
struct Prefix {
  std::string begin;
  std::string end;
  explicit Prefix(std::string_view name)
      : begin{std::string{name} + '/'}, end{std::string{name} + '0'} {}
};

}  // namespace

// What one identity may do with keys, looked up once for all keys of an operation. Valid until the
// store changes.
class Authorizer::Rights {
 public:
  Rights(const Store& store, const Identity& who) {
    if (!store.is_enabled()) return;
    if (who.is_nobody()) {
      refusal_ = user_empty();
    } else if (who.revision < store.revision()) {
      refusal_ = old_revision();
    } else {
      permissions_ = store.permissions_of(who.username);
      if (permissions_ == nullptr) refusal_ = permission_denied();
    }
  }

  [[nodiscard]] Status check(Access access, std::string_view key,
                             std::string_view range_end = {}) const {
    if (refusal_) return *refusal_;
    if (permissions_ == nullptr) return {};  // authentication is off
    if (!permissions_->allows(access, key, range_end)) return permission_denied();
    return {};
  }

 private:
  std::optional<Error> refusal_;
  const UserPermissions* permissions_ = nullptr;
};

Status Authorizer::may(const Identity& who, Action action) const {
  switch (needs_of(action)) {
    case Needs::nothing:
      return {};
    case Needs::user:
      return check_user(who);
    case Needs::root:
      break;
  }
  return check_root(who);
}

// Whoever a token or certificate names, known to the store or not, as etcd has it.
Status Authorizer::check_user(const Identity& who) const {
  if (store_.is_enabled() && who.is_nobody()) return user_empty();
  return {};
}

// An old revision does not matter here: root must be able to act while users change.
Status Authorizer::check_root(const Identity& who) const {
  if (!store_.is_enabled()) return {};
  if (who.username.empty()) return user_empty();
  const User* user = store_.find_user(who.username);
  if (user == nullptr) return user_not_found();
  if (!user->has_role(kRoot)) return permission_denied();
  return {};
}

Status Authorizer::range(const Identity& who, std::string_view key,
                         std::string_view range_end) const {
  return Rights{store_, who}.check(Access::read, key, range_end);
}

Status Authorizer::put(const Identity& who, const PutAccess& put) const {
  return check_put(who, Rights{store_, who}, put);
}

Status Authorizer::check_put(const Identity& who, const Rights& rights,
                             const PutAccess& put) const {
  if (Status status = rights.check(Access::write, put.key); !status) return status;
  // Whoever cannot revoke a lease could otherwise let others' keys expire with it, or make
  // their revoking it delete this key.
  if (Status status = check_lease(who, rights, Access::write, put.lease); !status) return status;
  if (put.prev_kv) return rights.check(Access::read, put.key);
  return {};
}

Status Authorizer::delete_range(const Identity& who,
                                const etcdserverpb::DeleteRangeRequest& request) const {
  const Rights rights{store_, who};
  Status status = rights.check(Access::write, request.key(), request.range_end());
  if (!status || !request.prev_kv()) return status;
  return rights.check(Access::read, request.key(), request.range_end());
}

Status Authorizer::txn(const Identity& who, const etcdserverpb::TxnRequest& request) const {
  return check_txn(who, Rights{store_, who}, request);
}

Status Authorizer::check_txn(const Identity& who, const Rights& rights,
                             const etcdserverpb::TxnRequest& request) const {
  for (const auto& compare : request.compare()) {
    Status status = rights.check(Access::read, compare.key(), compare.range_end());
    if (!status) return status;
  }
  for (const auto* branch : {&request.success(), &request.failure()}) {
    for (const auto& op : *branch) {
      if (Status status = check_op(who, rights, op); !status) return status;
    }
  }
  return {};
}

Status Authorizer::check_op(const Identity& who, const Rights& rights,
                            const etcdserverpb::RequestOp& op) const {
  switch (op.request_case()) {
    case etcdserverpb::RequestOp::kRequestRange:
      return rights.check(Access::read, op.request_range().key(), op.request_range().range_end());
    case etcdserverpb::RequestOp::kRequestPut: {
      const auto& put = op.request_put();
      return check_put(who, rights, {put.key(), LeaseId{put.lease()}, put.prev_kv()});
    }
    case etcdserverpb::RequestOp::kRequestDeleteRange: {
      const auto& del = op.request_delete_range();
      if (del.prev_kv()) {
        Status status = rights.check(Access::read, del.key(), del.range_end());
        if (!status) return status;
      }
      return rights.check(Access::write, del.key(), del.range_end());
    }
    case etcdserverpb::RequestOp::kRequestTxn:
      return check_txn(who, rights, op.request_txn());
    case etcdserverpb::RequestOp::REQUEST_NOT_SET:
      break;
  }
  return {};
}

Status Authorizer::watch(const Identity& who, std::string_view key,
                         std::string_view range_end) const {
  // A watch without a key means the smallest one.
  static constexpr std::string_view kSmallest{"\0", 1};
  return range(who, key.empty() ? kSmallest : key, range_end);
}

Status Authorizer::claim(const Identity& who, const ClaimAccess& claim) const {
  const Rights rights{store_, who};
  if (Status status = check_put(who, rights, {claim.key, claim.lease}); !status) return status;
  const Prefix prefix{claim.name};
  if (Status status = rights.check(Access::read, claim.key); !status) return status;
  return rights.check(Access::read, prefix.begin, prefix.end);
}

Status Authorizer::check_lease(const Identity& who, const Rights& rights, Access access,
                               LeaseId lease) const {
  // Spares root the walk over the keys; and lets root in with an old revision, as etcd does.
  if (lease == LeaseId{} || check_root(who)) return {};
  Status status;
  leases_.visit_keys(lease, [&](std::string_view key) {
    status = rights.check(access, key);
    return status.has_value();
  });
  return status;
}

Status Authorizer::lease_revoke(const Identity& who, LeaseId lease) const {
  return check_lease(who, Rights{store_, who}, Access::write, lease);
}

Status Authorizer::lease_keep_alive(const Identity& who, LeaseId lease) const {
  if (Status status = check_user(who); !status) return status;
  return check_lease(who, Rights{store_, who}, Access::write, lease);
}

Status Authorizer::lease_time_to_live(const Identity& who, LeaseId lease, Shows shows) const {
  Status status = check_user(who);
  if (!status || shows == Shows::time) return status;
  return check_lease(who, Rights{store_, who}, Access::read, lease);
}

Status Authorizer::lease_list(const Identity& who) const {
  Status status = check_user(who);
  if (!status || check_root(who)) return status;
  const Rights rights{store_, who};
  leases_.visit_leases([&](LeaseId lease) {
    status = check_lease(who, rights, Access::read, lease);
    return status.has_value();
  });
  return status;
}

Status Authorizer::user_get(const Identity& who, std::string_view user) const {
  Status status = check_root(who);
  if (!status && who.username == user) return {};
  return status;
}

Status Authorizer::role_get(const Identity& who, std::string_view role) const {
  Status status = check_root(who);
  if (status) return status;
  const User* user = store_.find_user(who.username);
  if (user != nullptr && user->has_role(role)) return {};
  return status;
}

}  // namespace quorate::auth
