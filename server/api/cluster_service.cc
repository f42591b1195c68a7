#include "server/api/cluster_service.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "common/comma_list.h"
#include "common/url.h"
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

using membership::Member;
using MembersResult = Result<std::vector<Member>>;

Error bad_urls() {
  return {Code::invalid_argument, "etcdserver: given member URLs are invalid"};
}

// Sorted, as they are kept and as the member's id is made of them.
Result<std::vector<Url>> parse_peer_urls(const etcdserverpb::MemberAddRequest& request) {
  if (request.peerurls().empty()) return bad_urls();
  std::vector<Url> urls;
  for (const auto& text : request.peerurls()) {
    auto url = Url::parse(trimmed(text));
    if (!url) return bad_urls();
    urls.push_back(std::move(*url));
  }
  std::sort(urls.begin(), urls.end());
  return urls;
}

// A change was applied, or was not.
template <class Response>
auto answer_with_members(Services& services, const CallPtr& call) {
  return [&services, call](MembersResult members) {
    if (!members) return call->fail(members.error());
    Response response;
    fill_cluster_header(services, *response.mutable_header());
    for (const auto& member : *members) fill_member(member, *response.add_members());
    call->send(Reply{response});
  };
}

// The new one is named by itself as well.
void answer_member_add(const Services& services, Call& call, const std::vector<Member>& members,
                       const std::vector<std::string>& peer_urls) {
  etcdserverpb::MemberAddResponse response;
  fill_cluster_header(services, *response.mutable_header());
  for (const auto& member : members) {
    if (member.peer_urls == peer_urls) {
      fill_member(member, *response.mutable_member());
    }
    fill_member(member, *response.add_members());
  }
  call.send(Reply{response});
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

void cluster_member_add(Services& services, const CallPtr& call, std::string_view message) {
  etcdserverpb::MemberAddRequest request;
  if (!parse_or_fail(message, *call, request)) return;
  if (!permit(services, *call, auth::Action::change_members)) return;
  const auto urls = parse_peer_urls(request);
  if (!urls) return call->fail(urls.error());
  services.replica.add_member(
      *urls, request.islearner() ? membership::MemberKind::learner : membership::MemberKind::voter,
      [&services, call, peer_urls = url_texts(*urls)](MembersResult members) {
        if (!members) return call->fail(members.error());
        answer_member_add(services, *call, *members, peer_urls);
      });
}

void cluster_member_remove(Services& services, const CallPtr& call, std::string_view message) {
  etcdserverpb::MemberRemoveRequest request;
  if (!parse_or_fail(message, *call, request)) return;
  if (!permit(services, *call, auth::Action::change_members)) return;
  services.replica.remove_member(
      MemberId{request.id()},
      answer_with_members<etcdserverpb::MemberRemoveResponse>(services, call));
}

void cluster_member_update(Services& services, const CallPtr& call, std::string_view message) {
  etcdserverpb::MemberUpdateRequest request;
  if (!parse_or_fail(message, *call, request)) return;
  if (!permit(services, *call, auth::Action::change_members)) return;
  services.replica.update_member(
      MemberId{request.id()}, {request.peerurls().begin(), request.peerurls().end()},
      answer_with_members<etcdserverpb::MemberUpdateResponse>(services, call));
}

void cluster_member_promote(Services& services, const CallPtr& call, std::string_view message) {
  etcdserverpb::MemberPromoteRequest request;
  if (!parse_or_fail(message, *call, request)) return;
  if (!permit(services, *call, auth::Action::change_members)) return;
  services.replica.promote_member(
      MemberId{request.id()},
      answer_with_members<etcdserverpb::MemberPromoteResponse>(services, call));
}

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
