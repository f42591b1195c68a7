#include "server/api/lease_service.h"

#include <utility>

#include "server/api/caller.h"
#include "server/api/request.h"
#include "server/api/services.h"

namespace quorate::api {
namespace {

using replica::Applied;
using replica::Command;

void answer_time_to_live(Services& services, Call& call,
                         const etcdserverpb::LeaseTimeToLiveRequest& request) {
  const LeaseId id{request.id()};
  using Shows = auth::Authorizer::Shows;
  const Status permitted = check_caller(services, call, [&](const auto& may, const auto& who) {
    return may.lease_time_to_live(who, id, Shows{request.keys()});
  });
  if (!permitted) return call.fail(permitted.error());
  const auto remaining = services.replica.lease_remaining(id);
  if (!remaining) return call.fail(remaining.error());
  etcdserverpb::LeaseTimeToLiveResponse response;
  fill_header(services.header(), *response.mutable_header());
  response.set_id(id.value());
  response.set_ttl(remaining->value_or(-1));
  const auto& book = services.replica.machine().leases().book();
  if (const auto record = book.find(id)) {
    response.set_grantedttl(record->ttl);
    if (request.keys()) {
      book.visit_keys(id, [&](std::string_view key) { response.add_keys(std::string{key}); });
    }
  }
  call.send(Reply{response});
}

}  // namespace

void lease_grant(Services& services, const CallPtr& call, std::string_view message) {
  etcdserverpb::LeaseGrantRequest request;
  if (!parse_or_fail(message, *call, request)) return;
  if (!permit(services, *call, auth::Action::grant_lease)) return;
  if (request.id() == 0) request.set_id(services.replica.unused_lease_id().value());
  const std::string wire = request.SerializeAsString();
  propose(services, call, std::move(request), wire,
          [&services, call](const Command&, Result<Applied> applied) {
            if (!applied) return call->fail(applied.error());
            const auto& granted = std::get<lease::Record>(applied->outcome);
            etcdserverpb::LeaseGrantResponse response;
            fill_header(services.header_at(applied->revision), *response.mutable_header());
            response.set_id(granted.id.value());
            response.set_ttl(granted.ttl);
            call->send(Reply{response});
          });
}

void lease_revoke(Services& services, const CallPtr& call, std::string_view message) {
  etcdserverpb::LeaseRevokeRequest request;
  if (!parse_or_fail(message, *call, request)) return;
  if (!permit(services, *call, auth::Action::revoke_lease)) return;
  propose(services, call, std::move(request), message,
          [&services, call](const Command&, Result<Applied> applied) {
            if (!applied) return call->fail(applied.error());
            etcdserverpb::LeaseRevokeResponse response;
            fill_header(services.header_at(applied->revision), *response.mutable_header());
            call->send(Reply{response});
          });
}

void lease_time_to_live(Services& services, const CallPtr& call, std::string_view message) {
  etcdserverpb::LeaseTimeToLiveRequest request;
  if (!parse_or_fail(message, *call, request)) return;
  services.replica.confirm_read([&services, call, request](Status status) {
    if (!status) return call->fail(status.error());
    answer_time_to_live(services, *call, request);
  });
}

void lease_leases(Services& services, const CallPtr& call, std::string_view message) {
  etcdserverpb::LeaseLeasesRequest request;
  if (!parse_or_fail(message, *call, request)) return;
  services.replica.confirm_read([&services, call](Status status) {
    if (!status) return call->fail(status.error());
    const Status permitted = check_caller(
        services, *call, [](const auto& may, const auto& who) { return may.lease_list(who); });
    if (!permitted) return call->fail(permitted.error());
    etcdserverpb::LeaseLeasesResponse response;
    fill_header(services.header(), *response.mutable_header());
    for (const LeaseId id : services.replica.machine().leases().list()) {
      response.add_leases()->set_id(id.value());
    }
    call->send(Reply{response});
  });
}

}  // namespace quorate::api
