#include "common/grpc/frame.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "common/ensure.h"

namespace quorate::grpc {
namespace {

// How much is reserved on the word of a length field; beyond, memory grows with what arrives.
constexpr std::size_t kReserveBytesMax = std::size_t{64} * 1024;

std::string quoted(std::string_view text) {
  return '"' + std::string{text} + '"';
}

}  // namespace

void append_frame(std::string& out, std::string_view message) {
  ENSURE(message.size() <= std::numeric_limits<std::uint32_t>::max());
  const auto size = static_cast<std::uint32_t>(message.size());
  const char prefix[kFramePrefixBytes] = {0, static_cast<char>(size >> 24),
                                          static_cast<char>(size >> 16),
                                          static_cast<char>(size >> 8), static_cast<char>(size)};
  out.append(prefix, kFramePrefixBytes);
  out.append(message);
}

Status FrameSplitter::feed(std::string_view bytes, const Take& take) {
  while (!is_broken_) {
    if (prefix_bytes_ < kFramePrefixBytes) {
      if (bytes.empty()) return {};
      bytes = fill_prefix(bytes);
      if (prefix_bytes_ < kFramePrefixBytes) return {};
      if (Status ok = read_prefix(); !ok) {
        is_broken_ = true;
        return ok;
      }
    }
    if (bytes.size() + message_.size() < message_bytes_) {
      message_.append(bytes);
      return {};
    }
    bytes = fill_message(bytes, take);
  }
  return Error{Code::internal, "the stream is broken"};
}

std::string_view FrameSplitter::fill_prefix(std::string_view bytes) {
  const std::size_t size = std::min(kFramePrefixBytes - prefix_bytes_, bytes.size());
  std::memcpy(prefix_ + prefix_bytes_, bytes.data(), size);
  prefix_bytes_ += size;
  return bytes.substr(size);
}

Status FrameSplitter::read_prefix() {
  message_bytes_ = std::size_t{prefix_[1]} << 24 | std::size_t{prefix_[2]} << 16 |
                   std::size_t{prefix_[3]} << 8 | std::size_t{prefix_[4]};
  if (message_bytes_ > message_bytes_max_) {
    return Error{Code::resource_exhausted, "grpc: received message larger than max (" +
                                               std::to_string(message_bytes_) + " vs. " +
                                               std::to_string(message_bytes_max_) + ")"};
  }
  if (prefix_[0] > 1) {
    return Error{Code::internal,
                 "grpc: received unexpected payload format " + std::to_string(prefix_[0])};
  }
  message_.reserve(std::min(message_bytes_, kReserveBytesMax));
  return {};
}

// Requires: the rest of the message is in `bytes`. A message that came in one piece is not copied.
std::string_view FrameSplitter::fill_message(std::string_view bytes, const Take& take) {
  const std::size_t rest = message_bytes_ - message_.size();
  Frame frame{.message = bytes.substr(0, rest), .is_compressed = prefix_[0] == 1};
  if (!message_.empty()) {
    message_.append(frame.message);
    frame.message = message_;
  }
  take(frame);
  restart();
  return bytes.substr(rest);
}

void FrameSplitter::restart() {
  prefix_bytes_ = 0;
  message_bytes_ = 0;
  message_ = {};
}

Status FrameSplitter::finish() const {
  if (prefix_bytes_ == 0) return {};
  return Error{Code::internal, "unexpected EOF"};
}

Status check_compression(std::string_view encoding, bool is_installed, Receiver receiver) {
  if (encoding.empty() || encoding == "identity") {
    return Error{Code::internal, "grpc: compressed flag set with identity or empty encoding"};
  }
  if (is_installed) return {};
  return Error{receiver == Receiver::server ? Code::unimplemented : Code::internal,
               "grpc: Decompressor is not installed for grpc-encoding " + quoted(encoding)};
}

}  // namespace quorate::grpc
