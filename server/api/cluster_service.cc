#include "server/api/cluster_service.h"

#include "server/api/caller.h"
#include "server/api/request.h"
#include "server/api/services.h"

namespace quorate::api {
namespace {

// The header of this service says nothing of the store.
void fill_cluster_header(const Services& services, etcdserverpb::ResponseHeader& out) {
  fill_header(services.header_at(Revision{}), out);
}

void fill_member(const membership::Member& member, etcdserverpb::Member& out) {
  out.set_id(member.id.value());
  out.set_name(member.name);
  for (const auto& url : member.peer_urls) out.add_peerurls(url);
  for (const auto& url : member.client_urls) out.add_clienturls(url);
  out.set_islearner(member.is_learner);
}

void answer_member_list(const Services& services, Call& call) {
  if (!permit(services, call, auth::Action::list_members)) return;
  etcdserverpb::MemberListResponse response;
  fill_cluster_header(services, *response.mutable_header());
  for (const auto& member : services.replica.members().list()) {
    fill_member(member, *response.add_members());
  }
  call.send(Reply{response});
}

}  // namespace

void cluster_member_list(Services& services, const CallPtr& call, std::string_view message) {
  etcdserverpb::MemberListRequest request;
  if (!parse_or_fail(message, *call, request)) return;
  if (!request.linearizable()) return answer_member_list(services, *call);
  services.replica.confirm_read([&services, call](Status status) {
    if (!status) return call->fail(status.error());
    answer_member_list(services, *call);
  });
}

}  // namespace quorate::api
