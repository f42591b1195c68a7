#include "server/auth/errors.h"

namespace quorate::auth {

Error root_user_missing() {
  return {Code::failed_precondition, "etcdserver: root user does not exist"};
}
Error root_role_missing() {
  return {Code::failed_precondition, "etcdserver: root user does not have root role"};
}
Error user_exists() {
  return {Code::failed_precondition, "etcdserver: user name already exists"};
}
Error user_empty() {
  return {Code::invalid_argument, "etcdserver: user name is empty"};
}
Error user_not_found() {
  return {Code::failed_precondition, "etcdserver: user name not found"};
}
Error role_exists() {
  return {Code::failed_precondition, "etcdserver: role name already exists"};
}
Error role_empty() {
  return {Code::invalid_argument, "etcdserver: role name is empty"};
}
Error role_not_found() {
  return {Code::failed_precondition, "etcdserver: role name not found"};
}
Error role_not_granted() {
  return {Code::failed_precondition, "etcdserver: role is not granted to the user"};
}
Error permission_not_given() {
  return {Code::invalid_argument, "etcdserver: permission not given"};
}
Error permission_not_granted() {
  return {Code::failed_precondition, "etcdserver: permission is not granted to the role"};
}
Error permission_denied() {
  return {Code::permission_denied, "etcdserver: permission denied"};
}
Error wrong_password() {
  return {Code::invalid_argument, "etcdserver: authentication failed, invalid user ID or password"};
}
// This and the next have no gRPC code of their own in etcd either.
Error no_password_user() {
  return {Code::unknown, "auth: authentication failed, password was given for no password user"};
}
Error password_too_long() {
  return {Code::unknown, "bcrypt: password length exceeds 72 bytes"};
}
Error password_with_zero() {
  return {Code::invalid_argument, "auth: a password cannot hold a zero byte"};
}
Error not_enabled() {
  return {Code::failed_precondition, "etcdserver: authentication is not enabled"};
}
Error old_revision() {
  return {Code::invalid_argument, "etcdserver: revision of auth store is old"};
}
Error invalid_token() {
  return {Code::unauthenticated, "etcdserver: invalid auth token"};
}
Error invalid_management() {
  return {Code::invalid_argument, "etcdserver: invalid auth management"};
}
// etcd declares it ResourceExhausted and sends it as Unknown.
Error too_many_requests() {
  return {Code::unknown, "etcdserver: too many requests"};
}

Error invalid_options() {
  return {Code::unknown, "auth: invalid auth options"};
}
Error missing_key() {
  return {Code::unknown, "auth: missing key data"};
}
Error key_mismatch() {
  return {Code::unknown, "auth: public and private keys don't match"};
}
Error verify_only() {
  return {Code::unknown, "auth: token signing attempted with verify-only key"};
}

}  // namespace quorate::auth
