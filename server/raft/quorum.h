// Who decides: a majority, and during a joint change two of them (thesis §4.3).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "common/id.h"

namespace quorate::raft {

// How far a member has come, in whatever is being counted: log indexes, questions answered.
struct Ack {
  MemberId member;
  std::uint64_t position = 0;
};

struct Vote {
  MemberId member;
  bool is_granted = false;
};

enum class VoteResult : std::uint8_t { pending, won, lost };

// While `outgoing` is not empty, a decision needs a majority of both halves.
class Quorum {
 public:
  Quorum() = default;
  Quorum(std::vector<MemberId> voters, std::vector<MemberId> outgoing);

  [[nodiscard]] bool contains(MemberId member) const;
  // True when one member decides alone.
  [[nodiscard]] bool is_single() const;
  // The highest position that a quorum has come to. Members without an ack stand at 0, acks of
  // others do not count; without voters nothing is ever reached.
  [[nodiscard]] std::uint64_t reached(std::span<const Ack> acks) const;
  // Lost as soon as the votes still missing cannot turn it; without voters always lost.
  [[nodiscard]] VoteResult result(std::span<const Vote> votes) const;

 private:
  std::vector<MemberId> voters_;
  std::vector<MemberId> outgoing_;  // empty = not joint
};

}  // namespace quorate::raft
