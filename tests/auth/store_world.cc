#include "tests/auth/store_world.h"

#include "common/ensure.h"

namespace quorate::auth {

void FakeLeases::visit_keys(LeaseId lease, FunctionRef<bool(std::string_view)> visit) const {
  const auto found = keys.find(lease);
  if (found == keys.end()) return;
  for (const std::string& key : found->second) {
    if (!visit(key)) return;
  }
}

void FakeLeases::visit_leases(FunctionRef<bool(LeaseId)> visit) const {
  for (const auto& [lease, attached] : keys) {
    if (!visit(lease)) return;
  }
}

Status StoreWorld::enable() {
  return store.apply(etcdserverpb::AuthEnableRequest{});
}

Status StoreWorld::disable() {
  return store.apply(etcdserverpb::AuthDisableRequest{});
}

Status StoreWorld::add_user(const std::string& name) {
  etcdserverpb::AuthUserAddRequest request;
  request.set_name(name);
  request.set_password("pw");
  return store.apply(request);
}

Status StoreWorld::add_role(const std::string& name) {
  etcdserverpb::AuthRoleAddRequest request;
  request.set_name(name);
  return store.apply(request);
}

Status StoreWorld::grant_role(const std::string& user, const std::string& role) {
  etcdserverpb::AuthUserGrantRoleRequest request;
  request.set_user(user);
  request.set_role(role);
  return store.apply(request);
}

Status StoreWorld::grant(const std::string& role, PermissionType type, const std::string& key,
                         const std::string& range_end) {
  etcdserverpb::AuthRoleGrantPermissionRequest request;
  request.set_name(role);
  auto& perm = *request.mutable_perm();
  perm.set_permtype(static_cast<authpb::Permission::Type>(type));
  perm.set_key(key);
  perm.set_range_end(range_end);
  return store.apply(request);
}

void StoreWorld::set_up(const std::map<std::string, std::vector<Grant>>& users) {
  ENSURE(add_user(kRoot));
  ENSURE(grant_role(kRoot, kRoot));
  for (const auto& [name, grants] : users) {
    ENSURE(add_user(name));
    ENSURE(add_role(name));
    ENSURE(grant_role(name, name));
    for (const Grant& g : grants) ENSURE(grant(name, g.type, g.key, g.range_end));
  }
  ENSURE(enable());
}

}  // namespace quorate::auth
