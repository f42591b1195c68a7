#include "server/api/auth_service.h"

#include <utility>

#include "server/api/caller.h"
#include "server/api/request.h"
#include "server/api/services.h"

namespace quorate::api {
namespace {

using auth::Action;
using auth::Authorizer;
using auth::Identity;
using etcdserverpb::AuthUserAddRequest;
using etcdserverpb::AuthUserChangePasswordRequest;
using replica::Applied;
using replica::Command;

template <class Response>
void send(const Services& services, Call& call, Revision revision, Response response) {
  fill_header(services.header_at(revision), *response.mutable_header());
  call.send(Reply{response});
}

// ---- What changes something

template <class Response, class Request>
void propose_change(Services& services, const CallPtr& call, Request request,
                    std::string_view wire) {
  propose(services, call, std::move(request), wire,
          [&services, call](const Command&, Result<Applied> applied) {
            if (!applied) return call->fail(applied.error());
            send(services, *call, applied->revision, Response{});
          });
}

// False when the call has failed.
template <class Request>
bool may_change(Services& services, Call& call, std::string_view message, Request& out) {
  return parse_or_fail(message, call, out) && permit(services, call, Action::change_auth);
}

template <class Request, class Response>
void change(Services& services, const CallPtr& call, std::string_view message) {
  Request request;
  if (!may_change(services, *call, message, request)) return;
  propose_change<Response>(services, call, std::move(request), message);
}

template <class Response, class Request>
void propose_hashed(Services& services, const CallPtr& call, Request request) {
  const std::string wire = request.SerializeAsString();
  propose_change<Response>(services, call, std::move(request), wire);
}

// The log holds the hash of a password, never the password; a hash that a client sent is not used.
template <class Response, class Request>
void hash_and_propose(Services& services, const CallPtr& call, Request request) {
  std::string password;
  password.swap(*request.mutable_password());
  services.passwords.hash(std::move(password), [&services, call, request = std::move(request)](
                                                   Result<std::string> hash) mutable {
    if (!hash) return call->fail(hash.error());
    request.set_hashedpassword(*std::move(hash));
    propose_hashed<Response>(services, call, std::move(request));
  });
}

// ---- What asks something

template <class Request, class Check>
void ask(Services& services, const CallPtr& call, std::string_view message, Check check) {
  Request request;
  if (!parse_or_fail(message, *call, request)) return;
  services.replica.confirm_read(
      [&services, call, request = std::move(request), check](Status status) {
        if (status) {
          status = check_caller(services, *call, [&](const Authorizer& may, const Identity& who) {
            return check(may, who, request);
          });
        }
        if (!status) return call->fail(status.error());
        auto answer = services.replica.access().store().answer(request);
        if constexpr (requires { answer.error(); }) {
          if (!answer) return call->fail(answer.error());
          send(services, *call, services.replica.table().revision(), *std::move(answer));
        } else {
          send(services, *call, services.replica.table().revision(), std::move(answer));
        }
      });
}

template <class Request>
void ask(Services& services, const CallPtr& call, std::string_view message, Action action) {
  ask<Request>(services, call, message,
               [action](const Authorizer& authorizer, const Identity& who, const Request&) {
                 return authorizer.may(who, action);
               });
}

}  // namespace

void auth_enable(Services& services, const CallPtr& call, std::string_view message) {
  change<etcdserverpb::AuthEnableRequest, etcdserverpb::AuthEnableResponse>(services, call,
                                                                            message);
}

void auth_disable(Services& services, const CallPtr& call, std::string_view message) {
  change<etcdserverpb::AuthDisableRequest, etcdserverpb::AuthDisableResponse>(services, call,
                                                                              message);
}

void auth_status(Services& services, const CallPtr& call, std::string_view message) {
  ask<etcdserverpb::AuthStatusRequest>(services, call, message, Action::show_auth_status);
}

void auth_user_add(Services& services, const CallPtr& call, std::string_view message) {
  AuthUserAddRequest request;
  if (!may_change(services, *call, message, request)) return;
  request.clear_hashedpassword();
  using Response = etcdserverpb::AuthUserAddResponse;
  if (!request.options().no_password()) {
    return hash_and_propose<Response>(services, call, std::move(request));
  }
  request.clear_password();
  propose_hashed<Response>(services, call, std::move(request));
}

void auth_user_get(Services& services, const CallPtr& call, std::string_view message) {
  ask<etcdserverpb::AuthUserGetRequest>(
      services, call, message, [](const Authorizer& may, const Identity& who, const auto& request) {
        return may.user_get(who, request.name());
      });
}

void auth_user_list(Services& services, const CallPtr& call, std::string_view message) {
  ask<etcdserverpb::AuthUserListRequest>(services, call, message, Action::change_auth);
}

void auth_user_delete(Services& services, const CallPtr& call, std::string_view message) {
  change<etcdserverpb::AuthUserDeleteRequest, etcdserverpb::AuthUserDeleteResponse>(services, call,
                                                                                    message);
}

void auth_user_change_password(Services& services, const CallPtr& call, std::string_view message) {
  AuthUserChangePasswordRequest request;
  if (!may_change(services, *call, message, request)) return;
  request.clear_hashedpassword();
  using Response = etcdserverpb::AuthUserChangePasswordResponse;
  if (!request.password().empty()) {
    return hash_and_propose<Response>(services, call, std::move(request));
  }
  // No hash: nobody can log in as the user any more, as in etcd.
  propose_hashed<Response>(services, call, std::move(request));
}

void auth_user_grant_role(Services& services, const CallPtr& call, std::string_view message) {
  change<etcdserverpb::AuthUserGrantRoleRequest, etcdserverpb::AuthUserGrantRoleResponse>(
      services, call, message);
}

void auth_user_revoke_role(Services& services, const CallPtr& call, std::string_view message) {
  change<etcdserverpb::AuthUserRevokeRoleRequest, etcdserverpb::AuthUserRevokeRoleResponse>(
      services, call, message);
}

void auth_role_add(Services& services, const CallPtr& call, std::string_view message) {
  change<etcdserverpb::AuthRoleAddRequest, etcdserverpb::AuthRoleAddResponse>(services, call,
                                                                              message);
}

void auth_role_get(Services& services, const CallPtr& call, std::string_view message) {
  ask<etcdserverpb::AuthRoleGetRequest>(
      services, call, message, [](const Authorizer& may, const Identity& who, const auto& request) {
        return may.role_get(who, request.role());
      });
}

void auth_role_list(Services& services, const CallPtr& call, std::string_view message) {
  ask<etcdserverpb::AuthRoleListRequest>(services, call, message, Action::change_auth);
}

void auth_role_delete(Services& services, const CallPtr& call, std::string_view message) {
  change<etcdserverpb::AuthRoleDeleteRequest, etcdserverpb::AuthRoleDeleteResponse>(services, call,
                                                                                    message);
}

void auth_role_grant_permission(Services& services, const CallPtr& call, std::string_view message) {
  change<etcdserverpb::AuthRoleGrantPermissionRequest,
         etcdserverpb::AuthRoleGrantPermissionResponse>(services, call, message);
}

void auth_role_revoke_permission(Services& services, const CallPtr& call,
                                 std::string_view message) {
  change<etcdserverpb::AuthRoleRevokePermissionRequest,
         etcdserverpb::AuthRoleRevokePermissionResponse>(services, call, message);
}

}  // namespace quorate::api
