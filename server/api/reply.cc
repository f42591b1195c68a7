#include "server/api/reply.h"

#include <google/protobuf/message_lite.h>

#include "common/ensure.h"

namespace quorate::api {

Reply::Reply(const google::protobuf::MessageLite& message) : Reply{} {
  // Fails only above 2 GiB.
  ENSURE(message.AppendToString(&pieces_.front()));
}

void Reply::begin_piece() {
  pieces_.emplace_back();
  pieces_.back().reserve(kPieceBytes + kPieceBytes / 8);
}

std::size_t Reply::size() const {
  std::size_t size = 0;
  for (const auto& piece : pieces_) size += piece.size();
  return size - kPrefixBytes;
}

std::vector<std::string> Reply::take_framed() {
  const std::size_t bytes = size();
  ENSURE(bytes <= 0xffffffffu);
  std::string& first = pieces_.front();
  for (int i = 0; i < 4; ++i) {
    first[static_cast<std::size_t>(1 + i)] = static_cast<char>(bytes >> (24 - 8 * i));
  }
  return std::move(pieces_);
}

std::string Reply::take_message() {
  std::string message = std::move(pieces_.front());
  message.erase(0, kPrefixBytes);
  for (std::size_t i = 1; i < pieces_.size(); ++i) message += pieces_[i];
  pieces_.clear();
  return message;
}

}  // namespace quorate::api
