// Configuration changes as entries of tests carry them: "add n4", "joint add n4, remove n1".
#pragma once

#include <string>
#include <string_view>

#include "server/raft/node.h"

namespace quorate::raft::testing {

// Verbs: add, learner, remove, update; in front of them nothing (automatic), "joint" (left by
// itself) or "explicit" (left when asked). Empty = leave the joint configuration.
[[nodiscard]] std::string to_text(const ConfChange& change);
// Requires: written as above.
[[nodiscard]] ConfChange conf_change_from(std::string_view text);
// The entry type that etcd would use: the old one when it can say it.
[[nodiscard]] Proposal proposal_of(const ConfChange& change);

[[nodiscard]] MemberId member_from(std::string_view text);  // n2, hex as in describe.h

}  // namespace quorate::raft::testing
