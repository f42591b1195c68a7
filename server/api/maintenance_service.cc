#include "server/api/maintenance_service.h"

#include "server/api/caller.h"
#include "server/api/request.h"
#include "server/api/services.h"

namespace quorate::api {

void maintenance_status(Services& services, const CallPtr& call, std::string_view message) {
  etcdserverpb::StatusRequest request;
  if (!parse_or_fail(message, *call, request)) return;
  if (!permit(services, *call, auth::Action::show_status)) return;
  const auto& replica = services.replica;
  const auto raft = replica.raft_status();
  const auto size = replica.table_size();
  const auto* self = replica.members().find(replica.config().id);
  etcdserverpb::StatusResponse response;
  fill_header(services.header(), *response.mutable_header());
  response.set_version(services.server_version);
  response.set_dbsize(size.allocated_bytes);
  response.set_dbsizeinuse(size.used_bytes);
  response.set_leader(raft.leader.value());
  response.set_raftindex(raft.commit.value());
  response.set_raftterm(raft.term.value());
  response.set_raftappliedindex(raft.applied.value());
  response.set_islearner(self != nullptr && self->is_learner);
  if (raft.leader == MemberId{}) response.add_errors("etcdserver: no leader");
  call->send(Reply{response});
}

}  // namespace quorate::api
