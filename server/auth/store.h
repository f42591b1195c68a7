// Users, roles, permissions, and whether they are asked for: the state that applied entries change.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/home.h"
#include "common/result.h"
#include "server/auth/fwd.h"
#include "server/auth/identity.h"
#include "server/auth/permissions.h"
#include "server/auth/records.h"
#include "server/auth/token_provider.h"

namespace quorate::auth {

// Home: state thread. Every request is one function, `apply` for those that change something; none
// asks who is calling: that is the Authorizer's part.
class Store {
 public:
  // For entries of etcd before 3.5, which hold passwords as they were typed.
  using PasswordHash = std::function<Result<std::string>(std::string_view password)>;

  Store(TokenProvider& tokens, PasswordHash hash_password);

  // A row as it is stored.
  struct Row {
    Area area = Area::auth;
    std::string_view key;
    std::string_view value;
  };
  // Everything that is stored, at start-up or out of a snapshot; replaces what is here. An error
  // leaves everything as it was. Tokens are forgotten.
  [[nodiscard]] Status restore(std::span<const Row> rows);

  // Puts a value, or takes the key away.
  struct Change {
    Area area = Area::auth;
    std::string key;
    std::optional<std::string> value;
  };
  // What is to be stored since the last call, in order. A store that was never saved has some.
  [[nodiscard]] std::vector<Change> take_changes();

  [[nodiscard]] bool is_enabled() const { return is_enabled_; }
  [[nodiscard]] AuthRevision revision() const { return revision_; }

  [[nodiscard]] Status apply(const etcdserverpb::AuthEnableRequest& request);
  [[nodiscard]] Status apply(const etcdserverpb::AuthDisableRequest& request);
  [[nodiscard]] Status apply(const etcdserverpb::AuthUserAddRequest& request);
  [[nodiscard]] Status apply(const etcdserverpb::AuthUserDeleteRequest& request);
  [[nodiscard]] Status apply(const etcdserverpb::AuthUserChangePasswordRequest& request);
  [[nodiscard]] Status apply(const etcdserverpb::AuthUserGrantRoleRequest& request);
  [[nodiscard]] Status apply(const etcdserverpb::AuthUserRevokeRoleRequest& request);
  [[nodiscard]] Status apply(const etcdserverpb::AuthRoleAddRequest& request);
  [[nodiscard]] Status apply(const etcdserverpb::AuthRoleDeleteRequest& request);
  [[nodiscard]] Status apply(const etcdserverpb::AuthRoleGrantPermissionRequest& request);
  [[nodiscard]] Status apply(const etcdserverpb::AuthRoleRevokePermissionRequest& request);

  // The answers, without their headers.
  Result<etcdserverpb::AuthUserGetResponse> answer(const etcdserverpb::AuthUserGetRequest&) const;
  Result<etcdserverpb::AuthRoleGetResponse> answer(const etcdserverpb::AuthRoleGetRequest&) const;
  etcdserverpb::AuthUserListResponse answer(const etcdserverpb::AuthUserListRequest&) const;
  etcdserverpb::AuthRoleListResponse answer(const etcdserverpb::AuthRoleListRequest&) const;
  etcdserverpb::AuthStatusResponse answer(const etcdserverpb::AuthStatusRequest&) const;

  // The hash that the password must fit, before an Authenticate is proposed. When the entry is
  // applied and the revision is another than it was here, the password is to be checked again.
  [[nodiscard]] Result<std::string> password_hash_of(std::string_view username) const;
  // An Authenticate entry: its password was checked by the member that proposed it. Gives the
  // token; an empty one where nobody waits for it and it need not be known here.
  enum class Waiting : bool { nobody, client };
  [[nodiscard]] Result<std::string> authenticate(const TokenRequest& request, Waiting waiting);

  [[nodiscard]] const User* find_user(std::string_view name) const;
  // Null for an unknown user. Made when first asked for after a change; valid until the next one.
  [[nodiscard]] const UserPermissions* permissions_of(std::string_view username) const;

 private:
  using Users = std::map<std::string, User, std::less<>>;
  using Roles = std::map<std::string, Role, std::less<>>;
  struct Records {
    Users users;
    Roles roles;
    bool is_enabled = false;
    std::optional<AuthRevision> revision;
  };

  static Status add_row(const Row& row, Records& records);
  [[nodiscard]] UserPermissions merge_permissions(const User& user) const;
  [[nodiscard]] Result<std::string> hash_for(const std::string& password,
                                             const std::string& encoded_hash) const;
  void save_user(const std::string& name);
  void save_role(const std::string& name);
  void save_enabled();
  // Every change of users, roles or permissions ends with it.
  void bump_revision();

  struct NameHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view name) const {
      return std::hash<std::string_view>{}(name);
    }
  };
  using Permissions = std::unordered_map<std::string, UserPermissions, NameHash, std::equal_to<>>;

  TokenProvider& tokens_;
  PasswordHash hash_password_;
  Users users_;
  Roles roles_;
  bool is_enabled_ = false;
  AuthRevision revision_;
  std::vector<Change> changes_;
  mutable Permissions permissions_;  // of the users asked for since the last change
  mutable Home home_;
};

}  // namespace quorate::auth
