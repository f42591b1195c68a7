// All of the Election service but Observe; see election_observe.cc.
#include "server/api/election_service.h"

#include <utility>

#include "proto/v3election.pb.h"
#include "server/api/caller.h"
#include "server/api/check.h"
#include "server/api/contest.h"
#include "server/api/queue_requests.h"
#include "server/api/request.h"
#include "server/api/services.h"

namespace quorate::api {
namespace {

using concurrency::Place;

Error no_election_leader() {
  return {Code::unknown, "election: no leader"};
}
Error not_leader() {
  return {Code::unknown, "election: not leader"};
}
Error missing_leader_key() {
  return {Code::unknown, "\"leader\" field must be provided"};
}
Error no_key() {
  return {Code::unknown, "etcdserver: key is not provided"};
}

void answer_campaign(Services& services, Call& call, const concurrency::Contest& contest,
                     const concurrency::Won& won) {
  v3electionpb::CampaignResponse response;
  fill_header(services.header_at(won.revision), *response.mutable_header());
  auto& leader = *response.mutable_leader();
  leader.set_name(contest.name);
  leader.set_key(won.place.key);
  leader.set_rev(won.place.created.value());
  leader.set_lease(won.lease.value());
  call.send(Reply{response});
}

Place place_of(const v3electionpb::LeaderKey& leader) {
  return {leader.key(), Revision{leader.rev()}};
}

// A new value for the leader's key, as long as it is the leader's.
void proclaim(Services& services, const CallPtr& call, const auth::Identity& who,
              const v3electionpb::ProclaimRequest& request, LeaseId lease) {
  etcdserverpb::TxnRequest txn = if_still_there(place_of(request.leader()));
  auto& put = *txn.add_success()->mutable_request_put();
  put.set_key(request.leader().key());
  put.set_value(request.value());
  put.set_lease(lease.value());
  propose_txn(services.replica, who, std::move(txn),
              [&services, call](const Result<replica::Applied>& applied) {
                if (!applied) return call->fail(as_client_error(applied.error()));
                if (!std::get<mvcc::TxnOutcome>(applied->outcome).succeeded) {
                  return call->fail(not_leader());
                }
                v3electionpb::ProclaimResponse response;
                fill_header(services.header_at(applied->revision), *response.mutable_header());
                call->send(Reply{response});
              });
}

void find_leader(Services& services, const CallPtr& call, const std::string& name) {
  fetch_oldest(services.replica, name, [&services, call](Result<Oldest> oldest) {
    if (!oldest) return call->fail(as_client_error(oldest.error()));
    if (!oldest->row) return call->fail(no_election_leader());
    call->send(leader_reply(services, *oldest->row, oldest->revision));
  });
}

}  // namespace

Status may_follow(const Services& services, const Call& call, std::string_view name) {
  return check_caller(services, call, [&](const auto& may, const auto& who) {
    const concurrency::QueueRange range{name};
    return may.range(who, range.begin(), range.end());
  });
}

Reply leader_reply(const Services& services, const mvcc::Row& row, Revision revision) {
  Reply reply;
  append_header(services.header_at(revision), reply.tail());
  append_key_value(2, row, Values::with, reply.tail());
  return reply;
}

void election_campaign(Services& services, const CallPtr& call, std::string_view message) {
  v3electionpb::CampaignRequest request;
  if (!parse_or_fail(message, *call, request)) return;
  start_contest(
      services, call,
      {concurrency::Prize::leadership, request.name(), LeaseId{request.lease()}, request.value()},
      answer_campaign);
}

void election_proclaim(Services& services, const CallPtr& call, std::string_view message) {
  v3electionpb::ProclaimRequest request;
  if (!parse_or_fail(message, *call, request)) return;
  if (!request.has_leader()) return call->fail(missing_leader_key());
  if (request.leader().key().empty()) return call->fail(no_key());
  const auto who = caller_of(services, *call);
  if (!who) return call->fail(as_client_error(who.error()));
  const LeaseId lease{request.leader().lease()};
  if (lease != LeaseId{}) return proclaim(services, call, *who, request, lease);
  grant_session(services.replica, *who,
                [&services, call, who = *who, request](Result<LeaseId> granted) {
                  if (!granted) return call->fail(as_client_error(granted.error()));
                  proclaim(services, call, who, request, *granted);
                });
}

void election_leader(Services& services, const CallPtr& call, std::string_view message) {
  v3electionpb::LeaderRequest request;
  if (!parse_or_fail(message, *call, request)) return;
  services.replica.confirm_read([&services, call, name = request.name()](Status status) {
    if (status) status = may_follow(services, *call, name);
    if (!status) return call->fail(as_client_error(status.error()));
    find_leader(services, call, name);
  });
}

void election_resign(Services& services, const CallPtr& call, std::string_view message) {
  v3electionpb::ResignRequest request;
  if (!parse_or_fail(message, *call, request)) return;
  if (!request.has_leader()) return call->fail(missing_leader_key());
  if (request.leader().key().empty()) return call->fail(no_key());
  const auto who = caller_of(services, *call);
  if (!who) return call->fail(as_client_error(who.error()));
  propose_txn(services.replica, *who, withdrawal(place_of(request.leader())),
              [&services, call](const Result<replica::Applied>& applied) {
                if (!applied) return call->fail(as_client_error(applied.error()));
                v3electionpb::ResignResponse response;
                fill_header(services.header_at(applied->revision), *response.mutable_header());
                call->send(Reply{response});
              });
}

}  // namespace quorate::api
