// The requests about roles and their permissions.
#include <algorithm>
#include <utility>

#include "proto/rpc.pb.h"
#include "server/auth/errors.h"
#include "server/auth/store.h"

namespace quorate::auth {
namespace {

constexpr std::string_view kOpenEnd{"\0", 1};

bool is_range(const std::string& key, const std::string& range_end) {
  if (key.empty()) return false;
  return range_end.empty() || range_end == kOpenEnd || key < range_end;
}

// etcd looks for the same range only at the first permission of that key. Another one of the key
// is added beside an equal one further on; both then count. Stored bytes must be etcd's.
void grant(std::vector<Permission>& permissions, Permission granted) {
  const auto is_before = [](const Permission& permission, const std::string& key) {
    return permission.key < key;
  };
  const auto first =
      std::lower_bound(permissions.begin(), permissions.end(), granted.key, is_before);
  if (first != permissions.end() && first->key == granted.key &&
      first->range_end == granted.range_end) {
    first->type = granted.type;
    return;
  }
  const auto behind = std::find_if(first, permissions.end(), [&](const Permission& permission) {
    return permission.key != granted.key;
  });
  permissions.insert(behind, std::move(granted));
}

}  // namespace

Status Store::apply(const etcdserverpb::AuthRoleAddRequest& request) {
  home_.check();
  if (request.name().empty()) return role_empty();
  if (roles_.contains(request.name())) return role_exists();
  roles_.emplace(request.name(), Role{});
  save_role(request.name());
  bump_revision();
  return {};
}

Status Store::apply(const etcdserverpb::AuthRoleDeleteRequest& request) {
  home_.check();
  if (is_enabled_ && request.role() == kRoot) return invalid_management();
  if (roles_.erase(request.role()) == 0) return role_not_found();
  save_role(request.role());
  for (auto& [name, user] : users_) {
    if (std::erase(user.roles, request.role()) > 0) save_user(name);
  }
  bump_revision();
  return {};
}

Status Store::apply(const etcdserverpb::AuthRoleGrantPermissionRequest& request) {
  home_.check();
  if (!request.has_perm()) return permission_not_given();
  const auto& perm = request.perm();
  if (!is_range(perm.key(), perm.range_end())) return invalid_management();
  const auto found = roles_.find(request.name());
  if (found == roles_.end()) return role_not_found();
  grant(found->second.permissions,
        {static_cast<PermissionType>(perm.permtype()), perm.key(), perm.range_end()});
  save_role(request.name());
  bump_revision();
  return {};
}

Status Store::apply(const etcdserverpb::AuthRoleRevokePermissionRequest& request) {
  home_.check();
  const auto found = roles_.find(request.role());
  if (found == roles_.end()) return role_not_found();
  const auto is_revoked = [&](const Permission& permission) {
    return permission.key == request.key() && permission.range_end == request.range_end();
  };
  if (std::erase_if(found->second.permissions, is_revoked) == 0) return permission_not_granted();
  save_role(request.role());
  bump_revision();
  return {};
}

Result<etcdserverpb::AuthRoleGetResponse> Store::answer(
    const etcdserverpb::AuthRoleGetRequest& request) const {
  home_.check();
  const auto found = roles_.find(request.role());
  if (found == roles_.end()) return role_not_found();
  etcdserverpb::AuthRoleGetResponse response;
  if (request.role() == kRoot) {
    // What is granted to it does not matter: it may do everything. Shown since 3.6.
    authpb::Permission& everything = *response.add_perm();
    everything.set_permtype(authpb::Permission::READWRITE);
    everything.set_range_end(std::string{kOpenEnd});
    return response;
  }
  for (const Permission& permission : found->second.permissions) {
    authpb::Permission& perm = *response.add_perm();
    perm.set_permtype(static_cast<authpb::Permission::Type>(permission.type));
    perm.set_key(permission.key);
    perm.set_range_end(permission.range_end);
  }
  return response;
}

etcdserverpb::AuthRoleListResponse Store::answer(const etcdserverpb::AuthRoleListRequest&) const {
  home_.check();
  etcdserverpb::AuthRoleListResponse response;
  for (const auto& [name, role] : roles_) response.add_roles(name);
  return response;
}

}  // namespace quorate::auth
