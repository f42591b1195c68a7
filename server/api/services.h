// What the RPC handlers work with.
#pragma once

#include <algorithm>
#include <functional>
#include <string>

#include "common/log.h"
#include "server/api/answer.h"
#include "server/api/call.h"
#include "server/auth/password/password_checker.h"
#include "server/replica/errors.h"
#include "server/replica/maintenance_port.h"
#include "server/replica/replica.h"

namespace quorate::api {

using replica::too_many_requests;

// As Go's gRPC says it.
[[nodiscard]] inline Error answer_too_large(std::size_t bytes, std::size_t bytes_max) {
  return {Code::resource_exhausted, "grpc: trying to send message larger than max (" +
                                        std::to_string(bytes) + " vs. " +
                                        std::to_string(bytes_max) + ")"};
}

struct ServiceLimits {
  int txn_ops_max = 128;
  // Answers under way in the whole process, until sockets take them; a read that would exceed it is
  // refused. A quarter as much may be there of requests that have not arrived as a whole.
  std::size_t memory_bytes_max = std::size_t{2} << 30;
};

// Home: state thread. Outlives the calls.
struct Services {
  replica::Replica& replica;
  replica::MaintenancePort& maintenance;
  auth::PasswordChecker& passwords;
  ServiceLimits limits;
  std::string server_version;          // what Status reports: the API level served
  bool has_certificate_users = false;  // --client-cert-auth: certificates name users
  std::size_t answer_bytes = 0;        // encoded and not yet handed to the client's connection
  std::size_t request_bytes = 0;       // of requests that are still arriving
  LastingCalls lasting{};
  std::size_t snapshots = 0;  // on their way to clients
  Log log{};
  // What connections hold; set by the application that serves them.
  const net::Load* load = nullptr;

  [[nodiscard]] std::size_t room_for_answer() const {
    const std::size_t held = answer_bytes + (load == nullptr ? 0 : load->unsent_bytes);
    return limits.memory_bytes_max - std::min(held, limits.memory_bytes_max);
  }
  [[nodiscard]] bool has_room_for_request(std::size_t bytes) const {
    return request_bytes + bytes <= limits.memory_bytes_max / 4;
  }
  [[nodiscard]] Header header() const { return header_at(replica.table().revision()); }
  [[nodiscard]] Header header_at(Revision revision) const {
    return {replica.config().cluster, replica.config().id, revision, replica.raft_status().term};
  }
};

}  // namespace quorate::api
