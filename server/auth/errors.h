// What goes wrong with users, roles, permissions and tokens, in etcd's words.
#pragma once

#include "common/error.h"

namespace quorate::auth {

[[nodiscard]] Error root_user_missing();
[[nodiscard]] Error root_role_missing();
[[nodiscard]] Error user_exists();
[[nodiscard]] Error user_empty();  // a user without a name; a call that names no user
[[nodiscard]] Error user_not_found();
[[nodiscard]] Error role_exists();
[[nodiscard]] Error role_empty();
[[nodiscard]] Error role_not_found();
[[nodiscard]] Error role_not_granted();
[[nodiscard]] Error permission_not_given();
[[nodiscard]] Error permission_not_granted();
[[nodiscard]] Error permission_denied();
[[nodiscard]] Error wrong_password();
[[nodiscard]] Error no_password_user();
[[nodiscard]] Error password_too_long();
[[nodiscard]] Error password_with_zero();  // none in etcd, which takes them
[[nodiscard]] Error not_enabled();
[[nodiscard]] Error old_revision();
[[nodiscard]] Error invalid_token();
[[nodiscard]] Error invalid_management();
[[nodiscard]] Error too_many_requests();

// Of --auth-token, at start-up.
[[nodiscard]] Error invalid_options();
[[nodiscard]] Error missing_key();
[[nodiscard]] Error key_mismatch();
// The server can check tokens but not make them.
[[nodiscard]] Error verify_only();

}  // namespace quorate::auth
