#include "server/raft/read_queue.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>
#include <utility>

namespace quorate::raft {
namespace {

constexpr std::size_t kNumberBytes = 8;  // big-endian

SharedBytes encoded(std::uint64_t number) {
  std::array<char, kNumberBytes> bytes;
  for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte, number >>= 8) {
    *byte = static_cast<char>(number & 0xff);
  }
  return SharedBytes{std::string_view{bytes.data(), bytes.size()}};
}

std::optional<std::uint64_t> decoded(std::string_view bytes) {
  if (bytes.size() != kNumberBytes) return std::nullopt;
  std::uint64_t number = 0;
  for (const char byte : bytes) number = number << 8 | static_cast<unsigned char>(byte);
  return number;
}

}  // namespace

SharedBytes ReadQueue::heartbeat_context() const {
  return reads_.empty() ? SharedBytes{} : encoded(newest());
}

void ReadQueue::confirmed_by(MemberId member, const SharedBytes& heartbeat_context) {
  const std::optional<std::uint64_t> number = decoded(heartbeat_context.view());
  if (!number || *number > newest()) return;
  const auto ack = std::ranges::find(acks_, member, &Ack::member);
  if (ack == acks_.end()) {
    acks_.push_back({member, *number});
  } else {
    ack->position = std::max(ack->position, *number);
  }
}

std::vector<ReadQueue::Read> ReadQueue::take_confirmed(const Quorum& quorum) {
  const std::uint64_t reached = quorum.reached(acks_);
  std::vector<Read> taken;
  for (; taken_ < reached; ++taken_) {
    taken.push_back(std::move(reads_.front()));
    reads_.pop_front();
  }
  return taken;
}

std::vector<ReadQueue::Read> ReadQueue::take_all() {
  std::vector<Read> all{std::make_move_iterator(reads_.begin()),
                        std::make_move_iterator(reads_.end())};
  taken_ += reads_.size();
  reads_.clear();
  return all;
}

}  // namespace quorate::raft
