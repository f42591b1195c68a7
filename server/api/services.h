// What the RPC handlers work with.
#pragma once

#include <functional>
#include <string>

#include "server/api/answer.h"
#include "server/api/call.h"
#include "server/replica/replica.h"

namespace quorate::api {

struct ServiceLimits {
  int txn_ops_max = 128;
  // Encoded answers under way in the whole process; a long read that would exceed it is refused.
  std::size_t answer_bytes_max = std::size_t{2} << 30;
};

// Home: state thread. Outlives the calls.
struct Services {
  replica::Replica& replica;
  ServiceLimits limits;
  std::string server_version;    // what Status reports: the API level served
  std::size_t answer_bytes = 0;  // encoded and not yet handed to the client's connection

  [[nodiscard]] Header header() const { return header_at(replica.table().revision()); }
  [[nodiscard]] Header header_at(Revision revision) const {
    return {replica.config().cluster, replica.config().id, revision, replica.raft_status().term};
  }
};

}  // namespace quorate::api
