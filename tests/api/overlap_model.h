// What counts as changing a key twice, over the few keys there are: sets instead of intervals.
#pragma once

#include <string>
#include <vector>

#include "proto/rpc.pb.h"

namespace quorate::api::testing {

// All keys the model knows. Requires: requests put no others.
[[nodiscard]] const std::vector<std::string>& model_keys();
[[nodiscard]] bool model_has_overlap(const etcdserverpb::TxnRequest& request);

}  // namespace quorate::api::testing
