// Downgrade of etcdserverpb.Maintenance, as in 3.5: 3.4 has none.
#include <string>
#include <utility>

#include "server/api/caller.h"
#include "server/api/maintenance_service.h"
#include "server/api/request.h"
#include "server/api/services.h"
#include "server/membership/downgrade.h"

namespace quorate::api {
namespace {

using etcdserverpb::DowngradeRequest;
using replica::Applied;
using replica::Command;

Error refuse(Code code, const char* text) {
  return {code, std::string{"etcdserver: "} + text};
}

void answer(const Services& services, Call& call) {
  etcdserverpb::DowngradeResponse response;
  fill_header(services.header(), *response.mutable_header());
  response.set_version(services.replica.cluster_version());
  call.send(Reply{response});
}

// Requires: the state is current.
Status check_target(const Services& services, const std::string& target) {
  const auto& cluster_version = services.replica.cluster_version();
  if (cluster_version.empty()) {
    return refuse(Code::unavailable, "cluster version not found during downgrade");
  }
  if (target != membership::allowed_downgrade(cluster_version)) {
    return refuse(Code::invalid_argument, "invalid downgrade target version");
  }
  if (services.replica.machine().downgrade().is_enabled) {
    return refuse(Code::failed_precondition, "cluster has a downgrade job in progress");
  }
  return {};
}

void set_downgrade(Services& services, const CallPtr& call, const membership::Downgrade& wanted) {
  membershippb::DowngradeInfoSetRequest request;
  request.set_enabled(wanted.is_enabled);
  request.set_ver(wanted.target);
  const std::string wire = request.SerializeAsString();
  propose(services, call, std::move(request), wire,
          [&services, call](const Command&, Result<Applied> applied) {
            if (!applied) return call->fail(applied.error());
            answer(services, *call);
          });
}

void validate_or_enable(Services& services, const CallPtr& call, const DowngradeRequest& request) {
  const auto target = membership::downgrade_target(request.version());
  if (!target) return call->fail(target.error());
  services.replica.confirm_read(
      [&services, call, target = *target, action = request.action()](Status status) {
        if (status) status = check_target(services, target);
        if (!status) return call->fail(status.error());
        if (action == DowngradeRequest::VALIDATE) return answer(services, *call);
        set_downgrade(services, call, {true, target});
      });
}

void cancel(Services& services, const CallPtr& call) {
  services.replica.confirm_read([&services, call](Status status) {
    if (!status) return call->fail(status.error());
    if (!services.replica.machine().downgrade().is_enabled) {
      return call->fail(refuse(Code::failed_precondition, "no inflight downgrade job"));
    }
    set_downgrade(services, call, {});
  });
}

}  // namespace

void maintenance_downgrade(Services& services, const CallPtr& call, std::string_view message) {
  DowngradeRequest request;
  if (!parse_or_fail(message, *call, request)) return;
  if (!permit(services, *call, auth::Action::downgrade)) return;
  switch (request.action()) {
    case DowngradeRequest::VALIDATE:
    case DowngradeRequest::ENABLE:
      return validate_or_enable(services, call, request);
    case DowngradeRequest::CANCEL:
      return cancel(services, call);
    default:
      return call->fail(refuse(Code::unknown, "unknown method"));
  }
}

}  // namespace quorate::api
