#include "server/api/queue_requests.h"

#include <memory>
#include <utility>

#include "common/ensure.h"

namespace quorate::api {
namespace {

using etcdserverpb::Compare;
using etcdserverpb::TxnRequest;

constexpr std::int64_t kSessionSeconds = 60;
constexpr std::size_t kKeysPerSlice = 2000;

void compare_created(const std::string& key, Revision created, TxnRequest& txn) {
  Compare& compare = *txn.add_compare();
  compare.set_target(Compare::CREATE);
  compare.set_result(Compare::EQUAL);
  compare.set_key(key);
  compare.set_create_revision(created.value());
}

}  // namespace

void grant_session(replica::Replica& replica, const auth::Identity& who,
                   Callback<void(Result<LeaseId>)> done) {
  etcdserverpb::LeaseGrantRequest request;
  request.set_id(replica.unused_lease_id().value());
  request.set_ttl(kSessionSeconds);
  const std::string wire = request.SerializeAsString();
  replica.propose(
      who, std::move(request), wire,
      [done = std::move(done)](const replica::Command&, Result<replica::Applied> applied) mutable {
        if (!applied) return done(applied.error());
        done(std::get<lease::Record>(applied->outcome).id);
      });
}

void propose_txn(replica::Replica& replica, const auth::Identity& who, TxnRequest txn,
                 TxnDone done) {
  const std::string wire = txn.SerializeAsString();
  replica.propose(
      who, std::move(txn), wire,
      [done = std::move(done)](const replica::Command&, Result<replica::Applied> applied) mutable {
        done(std::move(applied));
      });
}

TxnRequest if_still_there(const concurrency::Place& place) {
  TxnRequest txn;
  compare_created(place.key, place.created, txn);
  return txn;
}

TxnRequest withdrawal(const concurrency::Place& place) {
  TxnRequest txn = if_still_there(place);
  txn.add_success()->mutable_request_delete_range()->set_key(place.key);
  return txn;
}

TxnRequest place_taking(const concurrency::Contest& contest, const concurrency::TakePlace& take) {
  TxnRequest txn;
  compare_created(take.key, Revision{}, txn);
  etcdserverpb::PutRequest& put = *txn.add_success()->mutable_request_put();
  put.set_key(take.key);
  put.set_value(contest.value);
  put.set_lease(take.lease.value());
  if (contest.prize == concurrency::Prize::lock) return txn;
  TxnRequest& change = *txn.add_failure()->mutable_request_txn();
  Compare& is_same = *change.add_compare();
  is_same.set_target(Compare::VALUE);
  is_same.set_result(Compare::EQUAL);
  is_same.set_key(take.key);
  is_same.set_value(contest.value);
  *change.add_failure()->mutable_request_put() = put;
  return txn;
}

concurrency::Placed placed(const replica::Applied& applied, std::string_view key,
                           const mvcc::KeyIndex& index) {
  const auto& outcome = std::get<mvcc::TxnOutcome>(applied.outcome);
  if (outcome.succeeded) return {applied.revision, applied.revision};
  const auto state = index.find(key);
  ENSURE(state);
  const bool is_changed =
      !outcome.responses.empty() &&
      !std::get<std::unique_ptr<mvcc::TxnOutcome>>(outcome.responses.front())->succeeded;
  return {state->create_revision, is_changed ? applied.revision.prev() : applied.revision};
}

void scan_queue(replica::Replica& replica, concurrency::QueueScan scan, Scanned done) {
  if (scan.advance(replica.table().index(), kKeysPerSlice)) return done(scan.found());
  replica.later([&replica, scan = std::move(scan), done = std::move(done)]() mutable {
    scan_queue(replica, std::move(scan), std::move(done));
  });
}

void fetch_oldest(replica::Replica& replica, std::string name,
                  Callback<void(Result<Oldest>)> done) {
  const Revision looked_at = replica.table().revision();
  concurrency::QueueScan scan{name, looked_at, concurrency::QueueScan::Wants::oldest};
  scan_queue(replica, std::move(scan),
             [&replica, looked_at, name = std::move(name),
              done = std::move(done)](const std::optional<concurrency::Place>& first) mutable {
               if (!first) return done(Oldest{{}, looked_at});
               const auto state = replica.table().index().find(first->key);
               // A long scan may end after what it found.
               if (!state || state->create_revision != first->created) {
                 return fetch_oldest(replica, std::move(name), std::move(done));
               }
               replica.fetch_rows({state->row},
                                  [now = replica.table().revision(), done = std::move(done)](
                                      Result<std::vector<mvcc::RowPtr>> rows) mutable {
                                    if (!rows) return done(rows.error());
                                    done(Oldest{std::move(rows->front()), now});
                                  });
             });
}

}  // namespace quorate::api
