#include "server/auth/records.h"

#include <algorithm>
#include <cstring>

#include "common/parse_message.h"
#include "proto/auth.pb.h"

namespace quorate::auth {
namespace {

constexpr std::size_t kRevisionBytes = 8;

Error damaged(std::string_view what, std::string_view key) {
  return {Code::data_loss, "auth: damaged " + std::string{what} + " \"" + std::string{key} + '"'};
}

bool is_by_key(const Permission& a, const Permission& b) {
  return a.key < b.key;
}

}  // namespace

bool User::has_role(std::string_view role) const {
  return std::binary_search(roles.begin(), roles.end(), role);
}

std::string encode_user(std::string_view name, const User& user) {
  authpb::User message;
  message.set_name(name.data(), name.size());
  message.set_password(user.password_hash);
  for (const std::string& role : user.roles) message.add_roles(role);
  // Present even when empty, as etcd writes it.
  message.mutable_options()->set_no_password(user.has_no_password);
  return message.SerializeAsString();
}

std::string encode_role(std::string_view name, const Role& role) {
  authpb::Role message;
  message.set_name(name.data(), name.size());
  for (const Permission& permission : role.permissions) {
    authpb::Permission& out = *message.add_keypermission();
    out.set_permtype(static_cast<authpb::Permission::Type>(permission.type));
    out.set_key(permission.key);
    out.set_range_end(permission.range_end);
  }
  return message.SerializeAsString();
}

std::string encode_revision(AuthRevision revision) {
  std::string bytes(kRevisionBytes, '\0');
  for (std::size_t i = 0; i < kRevisionBytes; ++i) {
    bytes[kRevisionBytes - 1 - i] = static_cast<char>(revision.value() >> (8 * i));
  }
  return bytes;
}

Result<User> decode_user(std::string_view key, std::string_view value) {
  authpb::User message;
  if (!parse_message(value, message)) return damaged("user", key);
  if (key.empty() || message.name() != key) return damaged("user", key);
  User user{message.password(),
            {message.roles().begin(), message.roles().end()},
            message.options().no_password()};
  const auto& roles = user.roles;
  // Not below or equal to the one before: ascending, each once.
  const bool is_ascending =
      std::adjacent_find(roles.begin(), roles.end(), std::greater_equal<>{}) == roles.end();
  if (!is_ascending) return damaged("user", key);
  return user;
}

Result<Role> decode_role(std::string_view key, std::string_view value) {
  authpb::Role message;
  if (!parse_message(value, message)) return damaged("role", key);
  if (key.empty() || message.name() != key) return damaged("role", key);
  Role role;
  for (const auto& permission : message.keypermission()) {
    role.permissions.push_back({static_cast<PermissionType>(permission.permtype()),
                                permission.key(), permission.range_end()});
  }
  if (!std::is_sorted(role.permissions.begin(), role.permissions.end(), is_by_key)) {
    return damaged("role", key);
  }
  return role;
}

Result<AuthRevision> decode_revision(std::string_view value) {
  if (value.size() != kRevisionBytes) return damaged("value", "authRevision");
  std::uint64_t number = 0;
  for (const char byte : value) number = (number << 8) | static_cast<unsigned char>(byte);
  if (number == 0) return damaged("value", "authRevision");
  return AuthRevision{number};
}

Result<bool> decode_enabled(std::string_view value) {
  if (value.size() != 1 || (value[0] != '\0' && value[0] != '\1')) {
    return damaged("value", "authEnabled");
  }
  return value[0] == '\1';
}

}  // namespace quorate::auth
