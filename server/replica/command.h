// One request as it stands in the log: who asked, and what for. The bytes of the request go into
// the entry as they came; they are parsed once.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "common/id.h"
#include "common/result.h"
#include "common/shared_bytes.h"
#include "proto/membership.pb.h"
#include "proto/raft_internal.pb.h"
#include "proto/rpc.pb.h"
#include "server/auth/identity.h"
#include "server/replica/put_view.h"

namespace quorate::replica {

struct CommandHeader {
  RequestId id;        // pairs the applied entry with the call that waits for it
  auth::Identity who;  // nobody while authentication is off
};

// One alternative for each kind of entry, in the order of kFields in command.cc.
using Request = std::variant<
    PutView, etcdserverpb::DeleteRangeRequest, etcdserverpb::TxnRequest,
    etcdserverpb::CompactionRequest, etcdserverpb::LeaseGrantRequest,
    etcdserverpb::LeaseRevokeRequest, etcdserverpb::AlarmRequest,
    etcdserverpb::LeaseCheckpointRequest, etcdserverpb::AuthEnableRequest,
    etcdserverpb::AuthDisableRequest, etcdserverpb::InternalAuthenticateRequest,
    etcdserverpb::AuthUserAddRequest, etcdserverpb::AuthUserDeleteRequest,
    etcdserverpb::AuthUserChangePasswordRequest, etcdserverpb::AuthUserGrantRoleRequest,
    etcdserverpb::AuthUserRevokeRoleRequest, etcdserverpb::AuthRoleAddRequest,
    etcdserverpb::AuthRoleDeleteRequest, etcdserverpb::AuthRoleGrantPermissionRequest,
    etcdserverpb::AuthRoleRevokePermissionRequest, membershippb::ClusterVersionSetRequest,
    membershippb::ClusterMemberAttrSetRequest, membershippb::DowngradeInfoSetRequest>;

struct Command {
  CommandHeader header;
  Request request;
  SharedBytes data;  // the entry's; a PutView points into it
};

// A command with its entry's data (etcdserverpb.InternalRaftRequest), made of the request's own
// bytes. Fields stand in ascending order, as other members write them.
// Requires: `wire` is what `request` was parsed from.
[[nodiscard]] Command make_command(CommandHeader header, Request request, std::string_view wire);
// How long its data will be.
[[nodiscard]] std::size_t encoded_size(const CommandHeader& header, const Request& request,
                                       std::size_t wire_size);

// The id in an entry's data, 0 if there is none; cheap.
[[nodiscard]] RequestId command_id(std::string_view data);

// From an entry's data; an entry of a kind this version does not know is an error, not a crash.
[[nodiscard]] Result<Command> decode_command(SharedBytes data);

}  // namespace quorate::replica
