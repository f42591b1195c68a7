#include "ctl/commands/endpoint_list.h"

namespace quorate::ctl {

Outcome<std::vector<std::string>> endpoints_of(Context& context, Scope scope) {
  if (scope == Scope::given) return context.flags().endpoints;
  const auto client = context.connect();
  if (!client) return client.error();
  pb::MemberListRequest request;
  request.set_linearizable(true);
  const auto members = (*client)->call<pb::MemberListResponse>("/etcdserverpb.Cluster/MemberList",
                                                               request, context.deadline());
  if (!members) {
    return Failure{
        kExitError,
        "failed to fetch endpoints from etcd cluster member list: " + error_text(members.error()),
        {}};
  }
  std::vector<std::string> endpoints;
  for (const pb::Member& member : members->members()) {
    endpoints.insert(endpoints.end(), member.clienturls().begin(), member.clienturls().end());
  }
  return endpoints;
}

}  // namespace quorate::ctl
