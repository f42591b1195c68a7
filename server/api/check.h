// What can be said of a request before anything is proposed. etcd's texts, in etcd's order.
#pragma once

#include "common/result.h"
#include "proto/rpc.pb.h"
#include "server/replica/put_view.h"

namespace quorate::api {

[[nodiscard]] Status check(const etcdserverpb::RangeRequest& request);
[[nodiscard]] Status check(const replica::PutView& request);
[[nodiscard]] Status check(const etcdserverpb::DeleteRangeRequest& request);
// `ops_max`: --max-txn-ops.
[[nodiscard]] Status check(const etcdserverpb::TxnRequest& request, int ops_max);
// A RangeStream can only go in key order, unfiltered.
[[nodiscard]] Status check_stream(const etcdserverpb::RangeRequest& request);

// Whether a transaction changes nothing: every operation of both branches is a range.
[[nodiscard]] bool is_read_only(const etcdserverpb::TxnRequest& request);
// Whether a read-only transaction may be answered without asking the leader.
[[nodiscard]] bool is_serializable(const etcdserverpb::TxnRequest& request);

}  // namespace quorate::api
