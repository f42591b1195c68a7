// The envelope of a gRPC message, pure: bytes in, messages out.
//
//   +------+---------------+-----------------+
//   | flag | length, 32 bit| message         |   flag: 0 = as it is, 1 = compressed
//   | 1 B  | big-endian    | `length` bytes  |
//   +------+---------------+-----------------+
//
// https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "common/result.h"

namespace quorate::grpc {

inline constexpr std::size_t kFramePrefixBytes = 5;

// Appends `message` with its prefix. Requires: message is smaller than 4 GiB.
void append_frame(std::string& out, std::string_view message);

struct Frame {
  std::string_view message;  // valid during the call it is passed to
  bool is_compressed = false;
};

// Cuts a stream of bytes into messages, however the bytes arrive. Memory is taken as bytes arrive,
// never on the word of a length field alone.
class FrameSplitter {
 public:
  explicit FrameSplitter(std::size_t message_bytes_max) : message_bytes_max_{message_bytes_max} {}

  using Take = std::function<void(const Frame&)>;
  // Calls `take` for every message that is complete, in order. Errors are worded and coded as Go's
  // gRPC does, since its users see them: a message above the limit is ResourceExhausted, a flag
  // other than 0 and 1 is Internal. After an error nothing more is taken.
  Status feed(std::string_view bytes, const Take& take);

  // The stream has ended: an error (Internal, "unexpected EOF") in the middle of a message.
  [[nodiscard]] Status finish() const;

  [[nodiscard]] std::size_t buffered_bytes() const { return prefix_bytes_ + message_.size(); }

 private:
  Status read_prefix();
  std::string_view fill_prefix(std::string_view bytes);
  std::string_view fill_message(std::string_view bytes, const Take& take);
  void restart();

  std::size_t message_bytes_max_;
  unsigned char prefix_[kFramePrefixBytes] = {};
  std::size_t prefix_bytes_ = 0;   // how much of the prefix is there
  std::size_t message_bytes_ = 0;  // known once the prefix is whole
  std::string message_;            // the part of the message that came in earlier pieces
  bool is_broken_ = false;
};

// What to say to a message marked as compressed, as Go's gRPC does. `encoding` is the sender's
// grpc-encoding header ("" = none); `is_installed` says whether we can undo it.
enum class Receiver : std::uint8_t { client, server };
[[nodiscard]] Status check_compression(std::string_view encoding, bool is_installed,
                                       Receiver receiver);

}  // namespace quorate::grpc
