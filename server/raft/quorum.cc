#include "server/raft/quorum.h"

#include <algorithm>
#include <utility>

namespace quorate::raft {
namespace {

std::uint64_t position_of(MemberId member, std::span<const Ack> acks) {
  const auto ack = std::ranges::find(acks, member, &Ack::member);
  return ack == acks.end() ? 0 : ack->position;
}

std::uint64_t reached_by_majority(std::span<const MemberId> voters, std::span<const Ack> acks) {
  if (voters.empty()) return 0;
  std::vector<std::uint64_t> positions;
  positions.reserve(voters.size());
  for (const MemberId voter : voters) positions.push_back(position_of(voter, acks));
  // In descending order, the one in the middle has a majority at or above it.
  const auto middle = positions.begin() + static_cast<std::ptrdiff_t>(voters.size() / 2);
  std::ranges::nth_element(positions, middle, std::ranges::greater{});
  return *middle;
}

VoteResult result_of_majority(std::span<const MemberId> voters, std::span<const Vote> votes) {
  const std::size_t needed = voters.size() / 2 + 1;
  std::size_t granted = 0;
  std::size_t missing = 0;
  for (const MemberId voter : voters) {
    const auto vote = std::ranges::find(votes, voter, &Vote::member);
    if (vote == votes.end()) {
      ++missing;
    } else if (vote->is_granted) {
      ++granted;
    }
  }
  if (granted >= needed) return VoteResult::won;
  return granted + missing >= needed ? VoteResult::pending : VoteResult::lost;
}

}  // namespace

Quorum::Quorum(std::vector<MemberId> voters, std::vector<MemberId> outgoing)
    : voters_{std::move(voters)}, outgoing_{std::move(outgoing)} {}

bool Quorum::contains(MemberId member) const {
  return std::ranges::find(voters_, member) != voters_.end() ||
         std::ranges::find(outgoing_, member) != outgoing_.end();
}

bool Quorum::is_single() const {
  return voters_.size() == 1 && outgoing_.empty();
}

std::uint64_t Quorum::reached(std::span<const Ack> acks) const {
  if (is_single()) return position_of(voters_.front(), acks);
  const std::uint64_t incoming = reached_by_majority(voters_, acks);
  return outgoing_.empty() ? incoming : std::min(incoming, reached_by_majority(outgoing_, acks));
}

VoteResult Quorum::result(std::span<const Vote> votes) const {
  const VoteResult incoming = result_of_majority(voters_, votes);
  if (outgoing_.empty()) return incoming;
  const VoteResult outgoing = result_of_majority(outgoing_, votes);
  if (incoming == VoteResult::lost || outgoing == VoteResult::lost) return VoteResult::lost;
  return incoming == outgoing ? incoming : VoteResult::pending;
}

}  // namespace quorate::raft
