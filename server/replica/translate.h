// Requests of the wire in the store's own terms. The operations view into the requests.
#pragma once

#include "proto/rpc.pb.h"
#include "server/mvcc/operation.h"
#include "server/replica/put_view.h"

namespace quorate::replica {

[[nodiscard]] mvcc::RangeOp to_op(const etcdserverpb::RangeRequest& request);
[[nodiscard]] mvcc::PutOp to_op(const PutView& request);
[[nodiscard]] mvcc::PutOp to_op(const etcdserverpb::PutRequest& request);
[[nodiscard]] mvcc::DeleteOp to_op(const etcdserverpb::DeleteRangeRequest& request);
// Requires: every operation is set (check_txn in api/ saw to it).
[[nodiscard]] mvcc::TxnOp to_op(const etcdserverpb::TxnRequest& request);

}  // namespace quorate::replica
