#include "server/api/maintenance_service.h"

#include "server/api/caller.h"
#include "server/api/request.h"
#include "server/api/services.h"

namespace quorate::api {
namespace {

using replica::Alarm;
using replica::Applied;
using replica::Command;

void answer_alarms(const Services& services, Call& call, const std::vector<Alarm>& alarms) {
  etcdserverpb::AlarmResponse response;
  fill_header(services.header(), *response.mutable_header());
  for (const Alarm& alarm : alarms) {
    auto* out = response.add_alarms();
    out->set_memberid(alarm.member.value());
    out->set_alarm(alarm.type);
  }
  call.send(Reply{response});
}

}  // namespace

void maintenance_alarm(Services& services, const CallPtr& call, std::string_view message) {
  etcdserverpb::AlarmRequest request;
  if (!parse_or_fail(message, *call, request)) return;
  // Etcd writes this question into the log; asking whether the state is current is enough.
  if (request.action() == etcdserverpb::AlarmRequest::GET) {
    if (!permit(services, *call, auth::Action::list_alarms)) return;
    return services.replica.confirm_read([&services, call, type = request.alarm()](Status status) {
      if (!status) return call->fail(status.error());
      answer_alarms(services, *call, services.replica.machine().alarms().list(type));
    });
  }
  if (!permit(services, *call, auth::Action::change_alarms)) return;
  propose(services, call, std::move(request), message,
          [&services, call](const Command&, Result<Applied> applied) {
            if (!applied) return call->fail(applied.error());
            answer_alarms(services, *call, std::get<std::vector<Alarm>>(applied->outcome));
          });
}

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
  for (const Alarm& alarm : replica.machine().alarms().list(etcdserverpb::NONE)) {
    response.add_errors(to_text(alarm));
  }
  response.set_storageversion(replica.config().api_version);
  response.set_dbsizequota(replica.config().quota_bytes);
  const auto& downgrade = replica.machine().downgrade();
  response.mutable_downgradeinfo()->set_enabled(downgrade.is_enabled);
  response.mutable_downgradeinfo()->set_targetversion(downgrade.target);
  call->send(Reply{response});
}

// Answered at once: what is to be done happens between other work, and nobody need wait for it.
void maintenance_defragment(Services& services, const CallPtr& call, std::string_view message) {
  etcdserverpb::DefragmentRequest request;
  if (!parse_or_fail(message, *call, request)) return;
  if (!permit(services, *call, auth::Action::defragment)) return;
  services.maintenance.defragment();
  call->send(Reply{etcdserverpb::DefragmentResponse{}});
}

void maintenance_move_leader(Services& services, const CallPtr& call, std::string_view message) {
  etcdserverpb::MoveLeaderRequest request;
  if (!parse_or_fail(message, *call, request)) return;
  if (!permit(services, *call, auth::Action::move_leader)) return;
  services.replica.move_leader(MemberId{request.targetid()}, [call](Status status) {
    if (!status) return call->fail(status.error());
    call->send(Reply{etcdserverpb::MoveLeaderResponse{}});
  });
}

}  // namespace quorate::api
