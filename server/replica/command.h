// One request as it stands in the log: who asked, and what for. The bytes of the request go into
// the entry as they came; they are parsed once.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "common/id.h"
#include "common/result.h"
#include "common/shared_bytes.h"
#include "proto/membership.pb.h"
#include "proto/rpc.pb.h"

namespace quorate::replica {

struct CommandHeader {
  RequestId id;                     // pairs the applied entry with the call that waits for it
  std::string username;             // set when auth is on
  std::uint64_t auth_revision = 0;  // of the auth store when the request was checked
};

using Request =
    std::variant<etcdserverpb::PutRequest, etcdserverpb::DeleteRangeRequest,
                 etcdserverpb::TxnRequest, etcdserverpb::CompactionRequest,
                 membershippb::ClusterVersionSetRequest, membershippb::ClusterMemberAttrSetRequest>;

struct Command {
  CommandHeader header;
  Request request;
};

// An entry's data (etcdserverpb.InternalRaftRequest) from a request's own bytes. Fields stand in
// ascending order, as other members write them. Requires: `wire` is a serialised message of the
// type that the request variant's alternative `kind` names.
[[nodiscard]] SharedBytes encode_command(const CommandHeader& header, std::size_t kind,
                                         std::string_view wire);
[[nodiscard]] SharedBytes encode_command(const Command& command);
// How long encode_command's result is.
[[nodiscard]] std::size_t encoded_size(const CommandHeader& header, std::size_t kind,
                                       std::size_t wire_size);

// The id in an entry's data, 0 if there is none; cheap.
[[nodiscard]] RequestId command_id(std::string_view data);

// From an entry's data; an entry of a kind this version does not know is an error, not a crash.
[[nodiscard]] Result<Command> decode_command(std::string_view data);

}  // namespace quorate::replica
