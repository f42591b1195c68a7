// What locks and elections ask of the store.
#pragma once

#include <optional>

#include "proto/rpc.pb.h"
#include "server/concurrency/contender.h"
#include "server/concurrency/queue_scan.h"
#include "server/replica/replica.h"

namespace quorate::api {

// A lease of 60 s, for who brings none; nobody keeps it alive.
void grant_session(replica::Replica& replica, const auth::Identity& who,
                   Callback<void(Result<LeaseId>)> done);

// Proposes a transaction in the caller's name.
using TxnDone = Callback<void(Result<replica::Applied>)>;
void propose_txn(replica::Replica& replica, const auth::Identity& who, etcdserverpb::TxnRequest txn,
                 TxnDone done);

// If the key is as old as the place says.
[[nodiscard]] etcdserverpb::TxnRequest if_still_there(const concurrency::Place& place);
// Deletes the key then.
[[nodiscard]] etcdserverpb::TxnRequest withdrawal(const concurrency::Place& place);
// Makes the key, or changes its value; see concurrency::TakePlace.
[[nodiscard]] etcdserverpb::TxnRequest place_taking(const concurrency::Contest& contest,
                                                    const concurrency::TakePlace& take);
[[nodiscard]] concurrency::Placed placed(const replica::Applied& applied, std::string_view key,
                                         const mvcc::KeyIndex& index);

// Scans a queue, a slice a turn.
using Scanned = Callback<void(const std::optional<concurrency::Place>&)>;
void scan_queue(replica::Replica& replica, concurrency::QueueScan scan, Scanned done);

// The oldest key of a queue as it is at this revision of the store; null when there is none.
struct Oldest {
  mvcc::RowPtr row;
  Revision revision;
};
void fetch_oldest(replica::Replica& replica, std::string name, Callback<void(Result<Oldest>)> done);

}  // namespace quorate::api
