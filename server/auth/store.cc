#include "server/auth/store.h"

#include <algorithm>
#include <utility>

#include "proto/rpc.pb.h"
#include "server/auth/errors.h"

namespace quorate::auth {
namespace {

constexpr const char* kEnabledKey = "authEnabled";
constexpr const char* kRevisionKey = "authRevision";
constexpr AuthRevision kFirstRevision{1};

}  // namespace

Store::Store(TokenProvider& tokens, PasswordHash hash_password)
    : tokens_{tokens}, hash_password_{std::move(hash_password)} {
  bump_revision();
}

Status Store::restore(std::span<const Row> rows) {
  home_.check();
  Records records;
  for (const Row& row : rows) {
    if (Status added = add_row(row, records); !added) return added;
  }
  users_ = std::move(records.users);
  roles_ = std::move(records.roles);
  is_enabled_ = records.is_enabled;
  revision_ = records.revision.value_or(kFirstRevision);
  permissions_.clear();
  tokens_.forget_all();
  changes_.clear();
  if (!records.revision) {
    changes_.push_back({Area::auth, kRevisionKey, encode_revision(revision_)});
  }
  return {};
}

Status Store::add_row(const Row& row, Records& records) {
  switch (row.area) {
    case Area::auth_users: {
      auto user = decode_user(row.key, row.value);
      if (!user) return user.error();
      records.users.insert_or_assign(std::string{row.key}, std::move(*user));
      return {};
    }
    case Area::auth_roles: {
      auto role = decode_role(row.key, row.value);
      if (!role) return role.error();
      records.roles.insert_or_assign(std::string{row.key}, std::move(*role));
      return {};
    }
    case Area::auth:
      break;
  }
  if (row.key == kEnabledKey) {
    const auto enabled = decode_enabled(row.value);
    if (!enabled) return enabled.error();
    records.is_enabled = *enabled;
  } else if (row.key == kRevisionKey) {
    const auto revision = decode_revision(row.value);
    if (!revision) return revision.error();
    records.revision = *revision;
  }
  return {};
}

std::vector<Store::Change> Store::take_changes() {
  home_.check();
  return std::exchange(changes_, {});
}

Status Store::apply(const etcdserverpb::AuthEnableRequest&) {
  home_.check();
  if (is_enabled_) return {};
  const User* root = find_user(kRoot);
  if (root == nullptr) return root_user_missing();
  if (!root->has_role(kRoot)) return root_role_missing();
  is_enabled_ = true;
  save_enabled();
  return {};
}

Status Store::apply(const etcdserverpb::AuthDisableRequest&) {
  home_.check();
  if (!is_enabled_) return {};
  is_enabled_ = false;
  save_enabled();
  bump_revision();
  tokens_.forget_all();
  return {};
}

etcdserverpb::AuthStatusResponse Store::answer(const etcdserverpb::AuthStatusRequest&) const {
  home_.check();
  etcdserverpb::AuthStatusResponse response;
  response.set_enabled(is_enabled_);
  response.set_authrevision(revision_.value());
  return response;
}

Result<std::string> Store::password_hash_of(std::string_view username) const {
  home_.check();
  if (!is_enabled_) return not_enabled();
  const User* user = find_user(username);
  if (user == nullptr) return wrong_password();
  if (user->has_no_password) return no_password_user();
  return user->password_hash;
}

Result<std::string> Store::authenticate(const TokenRequest& request, Waiting waiting) {
  home_.check();
  if (!is_enabled_) return not_enabled();
  const User* user = find_user(request.username);
  if (user == nullptr || user->has_no_password) return wrong_password();
  if (waiting == Waiting::nobody && !tokens_.is_kept()) return std::string{};
  return tokens_.assign(request);
}

const User* Store::find_user(std::string_view name) const {
  const auto found = users_.find(name);
  return found == users_.end() ? nullptr : &found->second;
}

const UserPermissions* Store::permissions_of(std::string_view username) const {
  home_.check();
  if (const auto known = permissions_.find(username); known != permissions_.end()) {
    return &known->second;
  }
  const User* user = find_user(username);
  if (user == nullptr) return nullptr;
  return &permissions_.emplace(username, merge_permissions(*user)).first->second;
}

UserPermissions Store::merge_permissions(const User& user) const {
  std::vector<IntervalSet::Range> read;
  std::vector<IntervalSet::Range> write;
  for (const std::string& name : user.roles) {
    const auto role = roles_.find(name);
    if (role == roles_.end()) continue;  // root, which need not exist
    for (const Permission& permission : role->second.permissions) {
      const auto type = permission.type;
      const IntervalSet::Range range{permission.key, permission.range_end};
      if (type == PermissionType::read || type == PermissionType::read_write) read.push_back(range);
      if (type == PermissionType::write || type == PermissionType::read_write) {
        write.push_back(range);
      }
    }
  }
  return {user.has_role(kRoot), IntervalSet{read}, IntervalSet{write}};
}

void Store::save_user(const std::string& name) {
  const auto found = users_.find(name);
  std::optional<std::string> value;
  if (found != users_.end()) value = encode_user(name, found->second);
  changes_.push_back({Area::auth_users, name, std::move(value)});
}

void Store::save_role(const std::string& name) {
  const auto found = roles_.find(name);
  std::optional<std::string> value;
  if (found != roles_.end()) value = encode_role(name, found->second);
  changes_.push_back({Area::auth_roles, name, std::move(value)});
}

void Store::save_enabled() {
  changes_.push_back({Area::auth, kEnabledKey, std::string(1, is_enabled_ ? '\1' : '\0')});
}

void Store::bump_revision() {
  revision_ = revision_.next();
  permissions_.clear();
  changes_.push_back({Area::auth, kRevisionKey, encode_revision(revision_)});
}

}  // namespace quorate::auth
