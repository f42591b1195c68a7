// The replica's part in changes of the cluster: conf changes, and publishing itself.
#include <utility>

#include "common/hex.h"
#include "common/stop_process.h"
#include "proto/raft.pb.h"
#include "server/replica/conf_state_json.h"
#include "server/replica/errors.h"
#include "server/replica/replica.h"

namespace quorate::replica {
namespace {

raft::ConfChangeType to_type(raftpb::ConfChangeType type) {
  switch (type) {
    case raftpb::ConfChangeRemoveNode:
      return raft::ConfChangeType::remove;
    case raftpb::ConfChangeUpdateNode:
      return raft::ConfChangeType::update;
    case raftpb::ConfChangeAddLearnerNode:
      return raft::ConfChangeType::add_learner;
    default:
      return raft::ConfChangeType::add_voter;
  }
}

}  // namespace

void Replica::apply_conf_change(const raft::Entry& entry) {
  raftpb::ConfChange change;
  const auto data = entry.data.view();
  if (entry.type != raft::EntryType::conf_change ||
      !change.ParseFromArray(data.data(), static_cast<int>(data.size()))) {
    stop_process("log entry " + std::to_string(entry.index.value()) +
                 " is not a conf change this version knows");
  }
  raft::ConfChange for_raft{raft::ConfTransition::automatic,
                            {{to_type(change.type()), MemberId{change.node_id()}}}};
  Status status = node_.can_apply(for_raft);
  if (status) status = machine_.change_members(change);
  if (!status) {
    log_.warn("a conf change was refused", {{"error", status.error().message}});
    for_raft.changes[0].member = MemberId{};
  }
  step(raft::ConfApplied{entry.index, std::move(for_raft)});
  machine_.change_area(Area::meta, "confState", to_json(node_.conf_state()));
  answer_change(RequestId{change.id()}, status);
}

void Replica::move_leader(MemberId to, Callback<void(Status)> done) {
  home_.check();
  if (is_stopped_) return done(stopped());
  if (node_.role() != raft::Role::leader) return done(not_leader());
  const auto* member = members().find(to);
  if (member == nullptr || member->is_learner) return done(bad_transferee());
  log_.info("leadership transfer starting", {{"transferee", to_hex(to)}});
  step(raft::TransferAsked{to});
  transfers_.push_back({to, now_ticks_ + config_.request_timeout_ticks, std::move(done)});
}

void Replica::answer_transfers() {
  for (auto& each : std::exchange(transfers_, {})) {
    if (node_.leader() == each.to) {
      each.done(Status{});
    } else if (each.deadline_tick <= now_ticks_) {
      each.done(transfer_timed_out());
    } else {
      transfers_.push_back(std::move(each));
    }
  }
}

// After every start a member tells the others its name and where clients find it; it serves
// clients from then on.
void Replica::publish() {
  if (!ready_ || is_publishing_ || node_.leader() == MemberId{}) return;
  if (members().find(config_.id) == nullptr) return;  // the entry that adds it is still to come
  is_publishing_ = true;
  membershippb::ClusterMemberAttrSetRequest request;
  request.set_member_id(config_.id.value());
  request.mutable_member_attributes()->set_name(config_.name);
  for (const auto& url : config_.client_urls) {
    request.mutable_member_attributes()->add_client_urls(url);
  }
  propose_own(std::move(request), &Replica::published);
}

void Replica::published(const Result<Applied>& result) {
  if (!result) {
    log_.warn("failed to publish local member to cluster through raft",
              {{"error", result.error().message}});
    is_publishing_ = false;  // the next turn tries again
    return;
  }
  log_.info("published local member to cluster through raft",
            {{"local-member-id", to_hex(config_.id)}, {"cluster-id", config_.cluster.value()}});
  if (!cluster_version().empty() || node_.role() != raft::Role::leader) return become_ready();
  membershippb::ClusterVersionSetRequest request;
  request.set_ver(config_.api_version);
  propose_own(std::move(request), &Replica::version_set);
}

void Replica::version_set(const Result<Applied>& /*result*/) {
  become_ready();
}

void Replica::become_ready() {
  if (ready_) std::exchange(ready_, nullptr)();
}

template <class Message>
void Replica::propose_own(Message request, void (Replica::*done)(const Result<Applied>&)) {
  const std::string wire = request.SerializeAsString();
  propose(std::move(request), wire,
          [this, done](const Command&, Result<Applied> result) { (this->*done)(result); });
}

}  // namespace quorate::replica
