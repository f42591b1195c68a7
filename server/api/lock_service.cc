#include "server/api/lock_service.h"

#include <utility>

#include "proto/v3lock.pb.h"
#include "server/api/caller.h"
#include "server/api/check.h"
#include "server/api/contest.h"
#include "server/api/request.h"
#include "server/api/services.h"

namespace quorate::api {
namespace {

void answer_lock(Services& services, Call& call, const concurrency::Contest& /*contest*/,
                 const concurrency::Won& won) {
  v3lockpb::LockResponse response;
  fill_header(services.header_at(won.revision), *response.mutable_header());
  response.set_key(won.place.key);
  call.send(Reply{response});
}

}  // namespace

void lock_lock(Services& services, const CallPtr& call, std::string_view message) {
  v3lockpb::LockRequest request;
  if (!parse_or_fail(message, *call, request)) return;
  start_contest(services, call,
                {concurrency::Prize::lock, request.name(), LeaseId{request.lease()}, {}},
                answer_lock);
}

void lock_unlock(Services& services, const CallPtr& call, std::string_view message) {
  v3lockpb::UnlockRequest request;
  if (!parse_or_fail(message, *call, request)) return;
  etcdserverpb::DeleteRangeRequest deletion;
  deletion.set_key(request.key());
  if (const Status status = check(deletion); !status) {
    return call->fail(as_client_error(status.error()));
  }
  const auto who = caller_of(services, *call);
  if (!who) return call->fail(as_client_error(who.error()));
  const std::string wire = deletion.SerializeAsString();
  services.replica.propose(
      *who, std::move(deletion), wire,
      [&services, call](const replica::Command&, Result<replica::Applied> applied) {
        if (!applied) return call->fail(as_client_error(applied.error()));
        v3lockpb::UnlockResponse response;
        fill_header(services.header_at(applied->revision), *response.mutable_header());
        call->send(Reply{response});
      });
}

}  // namespace quorate::api
