// The replica's part in proposing changes of the members. What etcd checks before it proposes one
// is checked here, in its order; the rest when the change is applied.
#include <utility>

#include "proto/raft.pb.h"
#include "server/membership/ids.h"
#include "server/membership/member_json.h"
#include "server/membership/reconfiguration.h"
#include "server/replica/errors.h"
#include "server/replica/replica.h"

namespace quorate::replica {
namespace {

// Proposed and not yet applied; each waits for the one before.
constexpr std::size_t kChangesMax = 100;

raftpb::ConfChange make_change(raftpb::ConfChangeType type,
                               const membership::MemberChange& change) {
  raftpb::ConfChange out;
  out.set_type(type);
  out.set_node_id(change.member.id.value());
  out.set_context(membership::to_json(change));
  return out;
}

}  // namespace

void Replica::add_member(const std::vector<Url>& peer_urls, membership::MemberKind kind,
                         MembersChanged done) {
  home_.check();
  membership::Member member;
  member.id = membership::added_member_id(peer_urls, clock_.wall());
  member.peer_urls = url_texts(peer_urls);
  member.is_learner = kind == membership::MemberKind::learner;
  if (config_.strict_reconfig_check && !member.is_learner) {
    if (Status status = membership::may_add_voter(members()); !status) return done(status.error());
  }
  propose_change(
      make_change(member.is_learner ? raftpb::ConfChangeAddLearnerNode : raftpb::ConfChangeAddNode,
                  {member, false}),
      std::move(done));
}

void Replica::remove_member(MemberId id, MembersChanged done) {
  home_.check();
  if (config_.strict_reconfig_check) {
    if (Status status = membership::may_remove(members(), id); !status) {
      return done(status.error());
    }
  }
  raftpb::ConfChange change;
  change.set_type(raftpb::ConfChangeRemoveNode);
  change.set_node_id(id.value());
  propose_change(std::move(change), std::move(done));
}

void Replica::update_member(MemberId id, std::vector<std::string> peer_urls, MembersChanged done) {
  home_.check();
  membership::Member member;
  member.id = id;
  member.peer_urls = std::move(peer_urls);
  // Applying it replaces all that consensus knows of a member: a learner is to stay one.
  if (const auto* known = members().find(id)) member.is_learner = known->is_learner;
  propose_change(make_change(raftpb::ConfChangeUpdateNode, {member, false}), std::move(done));
}

void Replica::promote_member(MemberId id, MembersChanged done) {
  home_.check();
  Status status = check_in_sync(id);
  if (status && config_.strict_reconfig_check) status = membership::may_promote(members());
  if (!status) return done(status.error());
  membership::Member member;
  member.id = id;
  propose_change(make_change(raftpb::ConfChangeAddNode, {member, true}), std::move(done));
}

// Only the leader knows how far others are.
Status Replica::check_in_sync(MemberId id) const {
  if (node_.role() != raft::Role::leader) return not_leader();
  Index own;
  std::optional<Index> learner;
  for (const auto& peer : node_.progress()) {
    if (peer.id == config_.id) own = peer.match;
    if (peer.id == id) learner = peer.match;
  }
  if (!learner) return {};
  return membership::is_in_sync(*learner, own);
}

void Replica::propose_change(raftpb::ConfChange change, MembersChanged done) {
  if (is_stopped_) return done(stopped());
  if (pending_changes_.size() >= kChangesMax) return done(too_many_requests());
  const RequestId id = ids_.next();
  change.set_id(id.value());
  proposals_.push_back({raft::EntryType::conf_change, SharedBytes{change.SerializeAsString()}});
  pending_changes_.add(id, std::move(done), now_ticks_ + config_.request_timeout_ticks);
}

void Replica::answer_change(RequestId id, const Status& status) {
  auto done = pending_changes_.take(id);
  if (!done) return;
  if (!status) return done(status.error());
  done(members().list());
}

}  // namespace quorate::replica
