// Who may do what. Every operation passes here: at the call, or when its entry is applied, with
// the identity that its header names.
#pragma once

#include <cstdint>
#include <string_view>

#include "common/function_ref.h"
#include "common/id.h"
#include "common/result.h"
#include "server/auth/fwd.h"
#include "server/auth/store.h"

namespace quorate::auth {

// The keys that are attached to leases. lease/ knows; whoever joins the two implements it.
class LeaseKeys {
 public:
  virtual ~LeaseKeys() = default;
  // Until `visit` returns false. A lease that does not exist has no keys.
  virtual void visit_keys(LeaseId lease, FunctionRef<bool(std::string_view)> visit) const = 0;
  virtual void visit_leases(FunctionRef<bool(LeaseId)> visit) const = 0;
};

// Calls that touch no key of a user's. Who may: see the table in authorizer.cc.
enum class Action : std::uint8_t {
  show_auth_status,
  show_status,
  list_members,
  list_alarms,
  grant_lease,
  revoke_lease,  // at the call; its keys when it is applied
  change_alarms,
  change_members,  // add, remove, update, promote
  change_auth,     // on and off, users and roles, lists of them
  compact,
  defragment,
  downgrade,
  hash,  // Hash, HashKV
  move_leader,
  snapshot,
};

struct PutAccess {
  std::string_view key;
  LeaseId lease;
  bool prev_kv = false;
};

// Lock and Campaign: they write a key under a name and watch all keys under it.
struct ClaimAccess {
  std::string_view name;
  std::string_view key;
  LeaseId lease;
};

// Home: state thread. While authentication is off everything is permitted.
class Authorizer {
 public:
  Authorizer(const Store& store, const LeaseKeys& leases) : store_{store}, leases_{leases} {}

  [[nodiscard]] Status may(const Identity& who, Action action) const;

  // Of keys. An operation that names none (an empty transaction) is open to everybody.
  [[nodiscard]] Status range(const Identity& who, std::string_view key,
                             std::string_view range_end) const;
  [[nodiscard]] Status put(const Identity& who, const PutAccess& put) const;
  [[nodiscard]] Status delete_range(const Identity& who,
                                    const etcdserverpb::DeleteRangeRequest& request) const;
  // Compares and both branches, to the full depth; whichever branch will be taken.
  [[nodiscard]] Status txn(const Identity& who, const etcdserverpb::TxnRequest& request) const;
  [[nodiscard]] Status watch(const Identity& who, std::string_view key,
                             std::string_view range_end) const;
  [[nodiscard]] Status claim(const Identity& who, const ClaimAccess& claim) const;

  // Of leases. Revoking deletes the lease's keys, so that it asks what deleting them would.
  [[nodiscard]] Status lease_revoke(const Identity& who, LeaseId lease) const;
  [[nodiscard]] Status lease_keep_alive(const Identity& who, LeaseId lease) const;
  enum class Shows : bool { time, keys };
  [[nodiscard]] Status lease_time_to_live(const Identity& who, LeaseId lease, Shows shows) const;
  [[nodiscard]] Status lease_list(const Identity& who) const;

  // Users may look at themselves, and at the roles they have.
  [[nodiscard]] Status user_get(const Identity& who, std::string_view user) const;
  [[nodiscard]] Status role_get(const Identity& who, std::string_view role) const;

 private:
  class Rights;

  [[nodiscard]] Status check_user(const Identity& who) const;
  [[nodiscard]] Status check_root(const Identity& who) const;
  [[nodiscard]] Status check_put(const Identity& who, const Rights& rights,
                                 const PutAccess& put) const;
  [[nodiscard]] Status check_txn(const Identity& who, const Rights& rights,
                                 const etcdserverpb::TxnRequest& request) const;
  [[nodiscard]] Status check_op(const Identity& who, const Rights& rights,
                                const etcdserverpb::RequestOp& op) const;
  [[nodiscard]] Status check_lease(const Identity& who, const Rights& rights, Access access,
                                   LeaseId lease) const;

  const Store& store_;
  const LeaseKeys& leases_;
};

}  // namespace quorate::auth
