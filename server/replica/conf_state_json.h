// Consensus's configuration and revisions as they stand in the table, in the forms of etcd's
// snapshot files.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/result.h"
#include "server/raft/types.h"

namespace quorate::replica {

// {"voters":[1,2],"learners":[3],"auto_leave":false}; empty lists left out.
[[nodiscard]] std::string to_json(const raft::ConfState& conf);
[[nodiscard]] Result<raft::ConfState> parse_conf_state(std::string_view json);

// Main revision, '_', sub revision 0; both 8 bytes big-endian.
[[nodiscard]] std::string encode_revision(Revision main);
// Nothing when it is not in that form.
[[nodiscard]] std::optional<Revision> decode_revision(std::string_view bytes);

}  // namespace quorate::replica
