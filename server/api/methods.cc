#include <array>

#include "proto/health.pb.h"
#include "proto/rpc.pb.h"
#include "proto/v3election.pb.h"
#include "proto/v3lock.pb.h"
#include "server/api/auth_service.h"
#include "server/api/cluster_service.h"
#include "server/api/election_service.h"
#include "server/api/health_service.h"
#include "server/api/kv_service.h"
#include "server/api/lease_service.h"
#include "server/api/lock_service.h"
#include "server/api/maintenance_service.h"
#include "server/api/method.h"
#include "server/api/watch_service.h"

namespace quorate::api {
namespace {

using google::protobuf::Message;

template <class Type>
const Message& instance() {
  return Type::default_instance();
}

using Handler = void (*)(Services&, const CallPtr&, std::string_view);

template <class Request, class Response>
constexpr Method unary(std::string_view service, std::string_view name, std::string_view http_path,
                       Handler handle, std::string_view http_alias = {}) {
  return {service,
          name,
          http_path,
          http_alias,
          MethodKind::unary,
          instance<Request>,
          instance<Response>,
          handle,
          nullptr};
}

template <class Request, class Response>
constexpr Method server_stream(std::string_view service, std::string_view name,
                               std::string_view http_path, Handler handle) {
  return {service,
          name,
          http_path,
          {},
          MethodKind::server_stream,
          instance<Request>,
          instance<Response>,
          handle,
          nullptr};
}

template <class Request, class Response>
constexpr Method bidi_stream(std::string_view service, std::string_view name,
                             std::string_view http_path,
                             std::unique_ptr<StreamHandler> (*open)(Services&, const CallPtr&)) {
  return {
      service, name, http_path, {}, MethodKind::bidi_stream, instance<Request>, instance<Response>,
      nullptr, open};
}

constexpr std::string_view kKv = "etcdserverpb.KV";
constexpr std::string_view kWatch = "etcdserverpb.Watch";
constexpr std::string_view kLease = "etcdserverpb.Lease";
constexpr std::string_view kCluster = "etcdserverpb.Cluster";
constexpr std::string_view kMaintenance = "etcdserverpb.Maintenance";
constexpr std::string_view kLock = "v3lockpb.Lock";
constexpr std::string_view kElection = "v3electionpb.Election";
constexpr std::string_view kAuth = "etcdserverpb.Auth";
constexpr std::string_view kHealth = "grpc.health.v1.Health";

// clang-format off
const std::array kMethods{
    unary<etcdserverpb::RangeRequest, etcdserverpb::RangeResponse>(
        kKv, "Range", "/kv/range", kv_range),
    server_stream<etcdserverpb::RangeRequest, etcdserverpb::RangeStreamResponse>(
        kKv, "RangeStream", {}, kv_range_stream),
    unary<etcdserverpb::PutRequest, etcdserverpb::PutResponse>(
        kKv, "Put", "/kv/put", kv_put),
    unary<etcdserverpb::DeleteRangeRequest, etcdserverpb::DeleteRangeResponse>(
        kKv, "DeleteRange", "/kv/deleterange", kv_delete_range),
    unary<etcdserverpb::TxnRequest, etcdserverpb::TxnResponse>(
        kKv, "Txn", "/kv/txn", kv_txn),
    unary<etcdserverpb::CompactionRequest, etcdserverpb::CompactionResponse>(
        kKv, "Compact", "/kv/compaction", kv_compact),
    bidi_stream<etcdserverpb::WatchRequest, etcdserverpb::WatchResponse>(
        kWatch, "Watch", "/watch", open_watch),
    unary<etcdserverpb::LeaseGrantRequest, etcdserverpb::LeaseGrantResponse>(
        kLease, "LeaseGrant", "/lease/grant", lease_grant),
    unary<etcdserverpb::LeaseRevokeRequest, etcdserverpb::LeaseRevokeResponse>(
        kLease, "LeaseRevoke", "/lease/revoke", lease_revoke, "/kv/lease/revoke"),
    bidi_stream<etcdserverpb::LeaseKeepAliveRequest, etcdserverpb::LeaseKeepAliveResponse>(
        kLease, "LeaseKeepAlive", "/lease/keepalive", open_lease_keep_alive),
    unary<etcdserverpb::LeaseTimeToLiveRequest, etcdserverpb::LeaseTimeToLiveResponse>(
        kLease, "LeaseTimeToLive", "/lease/timetolive", lease_time_to_live,
        "/kv/lease/timetolive"),
    unary<etcdserverpb::LeaseLeasesRequest, etcdserverpb::LeaseLeasesResponse>(
        kLease, "LeaseLeases", "/lease/leases", lease_leases, "/kv/lease/leases"),
    unary<etcdserverpb::MemberAddRequest, etcdserverpb::MemberAddResponse>(
        kCluster, "MemberAdd", "/cluster/member/add", cluster_member_add),
    unary<etcdserverpb::MemberRemoveRequest, etcdserverpb::MemberRemoveResponse>(
        kCluster, "MemberRemove", "/cluster/member/remove", cluster_member_remove),
    unary<etcdserverpb::MemberUpdateRequest, etcdserverpb::MemberUpdateResponse>(
        kCluster, "MemberUpdate", "/cluster/member/update", cluster_member_update),
    unary<etcdserverpb::MemberListRequest, etcdserverpb::MemberListResponse>(
        kCluster, "MemberList", "/cluster/member/list", cluster_member_list),
    unary<etcdserverpb::MemberPromoteRequest, etcdserverpb::MemberPromoteResponse>(
        kCluster, "MemberPromote", "/cluster/member/promote", cluster_member_promote),
    unary<etcdserverpb::AlarmRequest, etcdserverpb::AlarmResponse>(
        kMaintenance, "Alarm", "/maintenance/alarm", maintenance_alarm),
    unary<etcdserverpb::StatusRequest, etcdserverpb::StatusResponse>(
        kMaintenance, "Status", "/maintenance/status", maintenance_status),
    unary<etcdserverpb::DefragmentRequest, etcdserverpb::DefragmentResponse>(
        kMaintenance, "Defragment", "/maintenance/defragment", maintenance_defragment),
    unary<etcdserverpb::HashRequest, etcdserverpb::HashResponse>(
        kMaintenance, "Hash", "/maintenance/hash", maintenance_hash),
    unary<etcdserverpb::HashKVRequest, etcdserverpb::HashKVResponse>(
        kMaintenance, "HashKV", "/maintenance/hashkv", maintenance_hash_kv),
    server_stream<etcdserverpb::SnapshotRequest, etcdserverpb::SnapshotResponse>(
        kMaintenance, "Snapshot", "/maintenance/snapshot", maintenance_snapshot),
    unary<etcdserverpb::MoveLeaderRequest, etcdserverpb::MoveLeaderResponse>(
        kMaintenance, "MoveLeader", "/maintenance/transfer-leadership", maintenance_move_leader),
    unary<etcdserverpb::DowngradeRequest, etcdserverpb::DowngradeResponse>(
        kMaintenance, "Downgrade", "/maintenance/downgrade", maintenance_downgrade),
    unary<v3lockpb::LockRequest, v3lockpb::LockResponse>(
        kLock, "Lock", "/lock/lock", lock_lock),
    unary<v3lockpb::UnlockRequest, v3lockpb::UnlockResponse>(
        kLock, "Unlock", "/lock/unlock", lock_unlock),
    unary<v3electionpb::CampaignRequest, v3electionpb::CampaignResponse>(
        kElection, "Campaign", "/election/campaign", election_campaign),
    unary<v3electionpb::ProclaimRequest, v3electionpb::ProclaimResponse>(
        kElection, "Proclaim", "/election/proclaim", election_proclaim),
    unary<v3electionpb::LeaderRequest, v3electionpb::LeaderResponse>(
        kElection, "Leader", "/election/leader", election_leader),
    server_stream<v3electionpb::LeaderRequest, v3electionpb::LeaderResponse>(
        kElection, "Observe", "/election/observe", election_observe),
    unary<v3electionpb::ResignRequest, v3electionpb::ResignResponse>(
        kElection, "Resign", "/election/resign", election_resign),
    unary<etcdserverpb::AuthEnableRequest, etcdserverpb::AuthEnableResponse>(
        kAuth, "AuthEnable", "/auth/enable", auth_enable),
    unary<etcdserverpb::AuthDisableRequest, etcdserverpb::AuthDisableResponse>(
        kAuth, "AuthDisable", "/auth/disable", auth_disable),
    unary<etcdserverpb::AuthStatusRequest, etcdserverpb::AuthStatusResponse>(
        kAuth, "AuthStatus", "/auth/status", auth_status),
    unary<etcdserverpb::AuthenticateRequest, etcdserverpb::AuthenticateResponse>(
        kAuth, "Authenticate", "/auth/authenticate", auth_authenticate),
    unary<etcdserverpb::AuthUserAddRequest, etcdserverpb::AuthUserAddResponse>(
        kAuth, "UserAdd", "/auth/user/add", auth_user_add),
    unary<etcdserverpb::AuthUserGetRequest, etcdserverpb::AuthUserGetResponse>(
        kAuth, "UserGet", "/auth/user/get", auth_user_get),
    unary<etcdserverpb::AuthUserListRequest, etcdserverpb::AuthUserListResponse>(
        kAuth, "UserList", "/auth/user/list", auth_user_list),
    unary<etcdserverpb::AuthUserDeleteRequest, etcdserverpb::AuthUserDeleteResponse>(
        kAuth, "UserDelete", "/auth/user/delete", auth_user_delete),
    unary<etcdserverpb::AuthUserChangePasswordRequest,
          etcdserverpb::AuthUserChangePasswordResponse>(
        kAuth, "UserChangePassword", "/auth/user/changepw", auth_user_change_password),
    unary<etcdserverpb::AuthUserGrantRoleRequest, etcdserverpb::AuthUserGrantRoleResponse>(
        kAuth, "UserGrantRole", "/auth/user/grant", auth_user_grant_role),
    unary<etcdserverpb::AuthUserRevokeRoleRequest, etcdserverpb::AuthUserRevokeRoleResponse>(
        kAuth, "UserRevokeRole", "/auth/user/revoke", auth_user_revoke_role),
    unary<etcdserverpb::AuthRoleAddRequest, etcdserverpb::AuthRoleAddResponse>(
        kAuth, "RoleAdd", "/auth/role/add", auth_role_add),
    unary<etcdserverpb::AuthRoleGetRequest, etcdserverpb::AuthRoleGetResponse>(
        kAuth, "RoleGet", "/auth/role/get", auth_role_get),
    unary<etcdserverpb::AuthRoleListRequest, etcdserverpb::AuthRoleListResponse>(
        kAuth, "RoleList", "/auth/role/list", auth_role_list),
    unary<etcdserverpb::AuthRoleDeleteRequest, etcdserverpb::AuthRoleDeleteResponse>(
        kAuth, "RoleDelete", "/auth/role/delete", auth_role_delete),
    unary<etcdserverpb::AuthRoleGrantPermissionRequest,
          etcdserverpb::AuthRoleGrantPermissionResponse>(
        kAuth, "RoleGrantPermission", "/auth/role/grant", auth_role_grant_permission),
    unary<etcdserverpb::AuthRoleRevokePermissionRequest,
          etcdserverpb::AuthRoleRevokePermissionResponse>(
        kAuth, "RoleRevokePermission", "/auth/role/revoke", auth_role_revoke_permission),
    unary<grpc::health::v1::HealthCheckRequest, grpc::health::v1::HealthCheckResponse>(
        kHealth, "Check", {}, health_check),
    unary<grpc::health::v1::HealthListRequest, grpc::health::v1::HealthListResponse>(
        kHealth, "List", {}, health_list),
    server_stream<grpc::health::v1::HealthCheckRequest, grpc::health::v1::HealthCheckResponse>(
        kHealth, "Watch", {}, health_watch),
};
// clang-format on

}  // namespace

std::span<const Method> methods() {
  return kMethods;
}

}  // namespace quorate::api
