// Users and roles as they are kept, and the form they are stored in: authpb's messages, as in
// etcd's snapshot files.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "server/auth/identity.h"

namespace quorate::auth {

struct User {
  std::string password_hash;       // bcrypt's text; empty: no password fits
  std::vector<std::string> roles;  // ascending, each once
  bool has_no_password = false;    // named by certificates only

  [[nodiscard]] bool has_role(std::string_view role) const;
};

// Numbers as in authpb.Permission.Type; others are kept and permit nothing.
enum class PermissionType : int { read = 0, write = 1, read_write = 2 };

struct Permission {
  PermissionType type = PermissionType::read;
  std::string key;
  std::string range_end;
};

struct Role {
  std::vector<Permission> permissions;  // by key
};

// Which small table a row belongs to.
enum class Area : std::uint8_t {
  auth,        // authEnabled: one byte; authRevision: 8 bytes, big-endian
  auth_users,  // name -> authpb.User
  auth_roles,  // name -> authpb.Role
};

[[nodiscard]] std::string encode_user(std::string_view name, const User& user);
[[nodiscard]] std::string encode_role(std::string_view name, const Role& role);
[[nodiscard]] std::string encode_revision(AuthRevision revision);

// From a file anybody may have written: an error unless the value is what the encoders could have
// made for that key.
Result<User> decode_user(std::string_view key, std::string_view value);
Result<Role> decode_role(std::string_view key, std::string_view value);
Result<AuthRevision> decode_revision(std::string_view value);
Result<bool> decode_enabled(std::string_view value);

}  // namespace quorate::auth
