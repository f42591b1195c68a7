// What is about to leave on one stream: gRPC frames, collected over a turn and sent at once.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/shared_bytes.h"

namespace quorate::watch {

// Bytes in order. Large events are not copied for each stream but shared by all.
using Piece = std::variant<std::string, SharedBytes>;

struct Frames {
  std::vector<Piece> pieces;  // whole gRPC frames: prefix, WatchResponse, prefix, ...
  std::size_t bytes = 0;
  std::size_t messages = 0;
};

// Home: state thread.
class Outbox {
 public:
  // Appends one message: the fields in `head`, then each of `parts`, an event.
  void add(std::string_view head, std::span<const SharedBytes* const> parts);

  [[nodiscard]] Frames take();  // empty afterwards
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  [[nodiscard]] std::size_t events() const { return events_; }
  [[nodiscard]] bool is_empty() const { return messages_ == 0; }

 private:
  static constexpr std::size_t kSharedBytesMin = 16 * 1024;  // smaller parts are copied
  // Below what the heap maps and unmaps for each block.
  static constexpr std::size_t kPieceBytes = 64 * 1024;
  void make_room(std::size_t bytes);

  std::vector<Piece> pieces_;
  std::string tail_;  // behind the pieces
  std::size_t bytes_ = 0;
  std::size_t messages_ = 0;
  std::size_t events_ = 0;
};

}  // namespace quorate::watch
