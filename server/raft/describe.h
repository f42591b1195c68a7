// Consensus in words, for traces, dumps and transcripts: one line each, fixed order.
//   n1>n2 append term=7 prev=41/6 commit=40 entries=42/7:"x"
#pragma once

#include <string>
#include <string_view>

#include "server/raft/node.h"

namespace quorate::raft {

[[nodiscard]] std::string to_text(MemberId member);  // n2, ids in hex; n0 = nobody
[[nodiscard]] std::string_view to_text(Role role);
[[nodiscard]] std::string_view to_text(MessageType type);
[[nodiscard]] std::string_view to_text(ProgressState state);
[[nodiscard]] std::string to_text(const Entry& entry);  // index/term:"data", what is long cut short
[[nodiscard]] std::string to_text(const HardState& state);
[[nodiscard]] std::string to_text(const ConfState& conf);  // (n1 n2)&(n1 n3) learners(n4)
[[nodiscard]] std::string to_text(const SnapshotMeta& snapshot);
[[nodiscard]] std::string to_text(const Message& message);
[[nodiscard]] std::string to_text(const Persist& persist);
[[nodiscard]] std::string to_text(const Node::PeerProgress& peer);

}  // namespace quorate::raft
