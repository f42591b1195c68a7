// The wire messages that headers of this folder only point at.
#pragma once

namespace etcdserverpb {

class AuthEnableRequest;
class AuthDisableRequest;
class AuthUserAddRequest;
class AuthUserDeleteRequest;
class AuthUserChangePasswordRequest;
class AuthUserGrantRoleRequest;
class AuthUserRevokeRoleRequest;
class AuthRoleAddRequest;
class AuthRoleDeleteRequest;
class AuthRoleGrantPermissionRequest;
class AuthRoleRevokePermissionRequest;

class AuthUserGetRequest;
class AuthUserGetResponse;
class AuthUserListRequest;
class AuthUserListResponse;
class AuthRoleGetRequest;
class AuthRoleGetResponse;
class AuthRoleListRequest;
class AuthRoleListResponse;
class AuthStatusRequest;
class AuthStatusResponse;

class RangeRequest;
class DeleteRangeRequest;
class TxnRequest;
class RequestOp;

}  // namespace etcdserverpb
