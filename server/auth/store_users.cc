// The requests about users.
#include <algorithm>
#include <utility>

#include "common/json/base64.h"
#include "proto/rpc.pb.h"
#include "server/auth/errors.h"
#include "server/auth/store.h"

namespace quorate::auth {

// Since 3.5 the member that proposes hashes the password; before, each member did for itself.
Result<std::string> Store::hash_for(const std::string& password,
                                    const std::string& encoded_hash) const {
  if (encoded_hash.empty() && !password.empty()) return hash_password_(password);
  std::string hash;
  if (json::decode_base64(encoded_hash, hash)) return no_password_user();  // etcd's answer, too
  return hash;
}

Status Store::apply(const etcdserverpb::AuthUserAddRequest& request) {
  home_.check();
  if (request.name().empty()) return user_empty();
  if (users_.contains(request.name())) return user_exists();
  User user;
  user.has_no_password = request.options().no_password();
  if (!user.has_no_password) {
    auto hash = hash_for(request.password(), request.hashedpassword());
    if (!hash) return hash.error();
    user.password_hash = std::move(*hash);
  }
  users_.emplace(request.name(), std::move(user));
  save_user(request.name());
  bump_revision();
  return {};
}

Status Store::apply(const etcdserverpb::AuthUserDeleteRequest& request) {
  home_.check();
  if (is_enabled_ && request.name() == kRoot) return invalid_management();
  if (users_.erase(request.name()) == 0) return user_not_found();
  save_user(request.name());
  bump_revision();
  tokens_.forget_user(request.name());
  return {};
}

Status Store::apply(const etcdserverpb::AuthUserChangePasswordRequest& request) {
  home_.check();
  const auto found = users_.find(request.name());
  if (found == users_.end()) return user_not_found();
  User& user = found->second;
  if (!user.has_no_password) {
    auto hash = hash_for(request.password(), request.hashedpassword());
    if (!hash) return hash.error();
    user.password_hash = std::move(*hash);
  }
  save_user(request.name());
  bump_revision();
  tokens_.forget_user(request.name());
  return {};
}

Status Store::apply(const etcdserverpb::AuthUserGrantRoleRequest& request) {
  home_.check();
  const auto found = users_.find(request.user());
  if (found == users_.end()) return user_not_found();
  if (request.role() != kRoot && !roles_.contains(request.role())) return role_not_found();
  auto& roles = found->second.roles;
  const auto place = std::lower_bound(roles.begin(), roles.end(), request.role());
  if (place != roles.end() && *place == request.role()) return {};
  roles.insert(place, request.role());
  save_user(request.user());
  bump_revision();
  return {};
}

Status Store::apply(const etcdserverpb::AuthUserRevokeRoleRequest& request) {
  home_.check();
  if (is_enabled_ && request.name() == kRoot && request.role() == kRoot) {
    return invalid_management();
  }
  const auto found = users_.find(request.name());
  if (found == users_.end()) return user_not_found();
  if (std::erase(found->second.roles, request.role()) == 0) return role_not_granted();
  save_user(request.name());
  bump_revision();
  return {};
}

Result<etcdserverpb::AuthUserGetResponse> Store::answer(
    const etcdserverpb::AuthUserGetRequest& request) const {
  home_.check();
  const User* user = find_user(request.name());
  if (user == nullptr) return user_not_found();
  etcdserverpb::AuthUserGetResponse response;
  for (const std::string& role : user->roles) response.add_roles(role);
  return response;
}

etcdserverpb::AuthUserListResponse Store::answer(const etcdserverpb::AuthUserListRequest&) const {
  home_.check();
  etcdserverpb::AuthUserListResponse response;
  for (const auto& [name, user] : users_) response.add_users(name);
  return response;
}

}  // namespace quorate::auth
