// The cluster itself as replicated state: its members and its version.
#include <utility>

#include "common/hex.h"
#include "proto/raft.pb.h"
#include "server/membership/member_json.h"
#include "server/replica/machine.h"

namespace quorate::replica {

Result<Applied> Machine::run(const Work& /*work*/,
                             const membershippb::ClusterVersionSetRequest& request) {
  cluster_version_ = request.ver();
  change_area(Area::cluster, "clusterVersion", cluster_version_);
  log_.info("set cluster version", {{"cluster-version", cluster_version_}});
  return applied();
}

Result<Applied> Machine::run(const Work& /*work*/,
                             const membershippb::ClusterMemberAttrSetRequest& request) {
  const MemberId id{request.member_id()};
  const auto& attributes = request.member_attributes();
  const bool is_member = members_.set_attributes(
      id, attributes.name(), {attributes.client_urls().begin(), attributes.client_urls().end()});
  if (is_member) save_member(id);
  return applied();
}

Result<Applied> Machine::run(const Work& /*work*/,
                             const membershippb::DowngradeInfoSetRequest& request) {
  downgrade_ = {request.enabled(), request.ver()};
  change_area(Area::cluster, "downgrade", membership::to_json(downgrade_));
  log_.info(request.enabled() ? "enabled the downgrade" : "cancelled the downgrade",
            {{"target-version", downgrade_.target}});
  return applied();
}

Status Machine::change_members(const raftpb::ConfChange& change) {
  const MemberId id{change.node_id()};
  if (change.type() == raftpb::ConfChangeRemoveNode) {
    if (Status removed = members_.remove(id); !removed) return removed;
    change_area(Area::members, to_hex(id), std::nullopt);
    change_area(Area::members_removed, to_hex(id), "removed");
    return {};
  }
  auto parsed = membership::parse_member(change.context());
  if (!parsed) return parsed.error();
  if (parsed->member.id != id) return Error{Code::data_loss, "a conf change names two members"};
  Status status;
  if (change.type() == raftpb::ConfChangeUpdateNode) {
    status = members_.update(id, std::move(parsed->member.peer_urls), parsed->member.is_learner);
  } else if (parsed->is_promotion) {
    status = members_.promote(id);
  } else {
    parsed->member.is_learner = change.type() == raftpb::ConfChangeAddLearnerNode;
    status = members_.add(std::move(parsed->member), options_.learners_max);
  }
  if (status) save_member(id);
  return status;
}

void Machine::save_member(MemberId id) {
  change_area(Area::members, to_hex(id), membership::to_json(*members_.find(id)));
}

}  // namespace quorate::replica
