#include "server/replica/access.h"

#include <utility>

namespace quorate::replica {
namespace {

// What each kind of request asks of the authorizer when it is applied.
struct Check {
  const auth::Authorizer& authorizer;
  const auth::Identity& who;

  Status operator()(const PutView& put) const {
    return authorizer.put(who, {put.key, put.lease, put.prev_kv});
  }
  Status operator()(const etcdserverpb::DeleteRangeRequest& request) const {
    return authorizer.delete_range(who, request);
  }
  Status operator()(const etcdserverpb::TxnRequest& request) const {
    return authorizer.txn(who, request);
  }
  Status operator()(const etcdserverpb::LeaseRevokeRequest& request) const {
    return authorizer.lease_revoke(who, LeaseId{request.id()});
  }
  template <class Other>
  Status operator()(const Other& /*request*/) const {
    if constexpr (ChangesAccess<Other>) return authorizer.may(who, auth::Action::change_auth);
    return {};
  }
};

}  // namespace

Access::Access(auth::TokenProvider& tokens, auth::Store::PasswordHash hash_password,
               const lease::Book& leases)
    : tokens_{tokens},
      store_{tokens, std::move(hash_password)},
      lease_keys_{leases},
      authorizer_{store_, lease_keys_} {}

Status Access::check(const auth::Identity& who, const Request& request) const {
  return std::visit(Check{authorizer_, who}, request);
}

auth::Identity Access::root() const {
  return is_on() ? auth::Identity{auth::kRoot, store_.revision()} : auth::Identity{};
}

void Access::BookKeys::visit_keys(LeaseId lease, FunctionRef<bool(std::string_view)> visit) const {
  bool goes_on = true;
  book_.visit_keys(lease, [&](std::string_view key) { goes_on = goes_on && visit(key); });
}

void Access::BookKeys::visit_leases(FunctionRef<bool(LeaseId)> visit) const {
  bool goes_on = true;
  book_.visit([&](const lease::Record& record) { goes_on = goes_on && visit(record.id); });
}

}  // namespace quorate::replica
