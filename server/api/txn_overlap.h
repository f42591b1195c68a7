// Whether a transaction changes a key twice where it must not.
#pragma once

namespace etcdserverpb {
class TxnRequest;
}

namespace quorate::api {

// Within one list of operations no key may be put twice, nor put and deleted, in either order,
// nested transactions included; their two branches may put the same key. Deletes may overlap.
// Only intervals with two written ends count: a delete "from here on" (range_end "\0") overlaps
// nothing, as in etcd.
[[nodiscard]] bool has_overlap(const etcdserverpb::TxnRequest& request);

}  // namespace quorate::api
