#include "server/net/websocket_frames.h"

#include <algorithm>

namespace quorate::net {
namespace {

constexpr unsigned kFinal = 0x80;
constexpr unsigned kReserved = 0x70;
constexpr unsigned kMasked = 0x80;
constexpr unsigned kTwoBytes = 126;  // the length is in the next two bytes
constexpr unsigned kEightBytes = 127;

unsigned byte(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char c : bytes) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

void append_big_endian(std::uint64_t value, std::size_t size, std::string& out) {
  while (size-- > 0) out += static_cast<char>(value >> (8 * size));
}

std::size_t length_bytes(unsigned length) {
  if (length == kTwoBytes) return 2;
  return length == kEightBytes ? 8 : 0;
}

bool is_control(WebsocketOpcode opcode) {
  return opcode >= WebsocketOpcode::close;
}

bool is_known(unsigned opcode) {
  return opcode <= 2 || (opcode >= 8 && opcode <= 10);
}

}  // namespace

bool WebsocketFrames::put(std::string_view bytes) {
  Clear clear;
  while (!is_closed_) {
    if (!in_frame_) {
      const std::size_t wanted =
          head_.size() < 2 ? 2 : 2 + length_bytes(byte(head_, 1) & 0x7f) + frame_.mask.size();
      const auto piece = bytes.substr(0, wanted - head_.size());
      head_ += piece;
      bytes.remove_prefix(piece.size());
      if (head_.size() < wanted) return true;
      if (!(wanted == 2 ? may_begin() : take_head())) return false;
      continue;
    }
    if (frame_.rest > 0) {
      if (bytes.empty()) return true;
      const auto size = std::min<std::uint64_t>({bytes.size(), frame_.rest, clear.size()});
      const auto piece = bytes.substr(0, static_cast<std::size_t>(size));
      bytes.remove_prefix(piece.size());
      frame_.rest -= size;
      take_payload(unmask(piece, clear));
    }
    if (frame_.rest == 0) end_frame();
  }
  return true;
}

// What a server must not take (§5.1 to §5.5): no mask, reserved bits and opcodes, control frames
// that are long or in pieces, pieces of no message, a message inside another.
bool WebsocketFrames::may_begin() const {
  const unsigned opcode = byte(head_, 0) & 0x0f;
  if ((byte(head_, 0) & kReserved) != 0 || !is_known(opcode)) return false;
  if ((byte(head_, 1) & kMasked) == 0) return false;
  if (is_control(static_cast<WebsocketOpcode>(opcode))) {
    return (byte(head_, 0) & kFinal) != 0 && (byte(head_, 1) & 0x7f) <= kControlBytesMax;
  }
  return (opcode == 0) == in_message_;
}

bool WebsocketFrames::take_head() {
  const std::string_view head = head_;
  const unsigned length = byte(head, 1) & 0x7f;
  const std::size_t extended = length_bytes(length);
  frame_.opcode = static_cast<WebsocketOpcode>(byte(head, 0) & 0x0f);
  frame_.is_final = (byte(head, 0) & kFinal) != 0;
  frame_.rest = extended == 0 ? length : big_endian(head.substr(2, extended));
  head.substr(2 + extended).copy(frame_.mask.data(), frame_.mask.size());
  frame_.at = 0;
  if (is_control(frame_.opcode)) {
    control_.clear();
  } else {
    in_message_ = !frame_.is_final;
  }
  head_.clear();
  in_frame_ = true;
  return frame_.rest >> 63 == 0;
}

std::string_view WebsocketFrames::unmask(std::string_view bytes, Clear& clear) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    clear[i] = static_cast<char>(bytes[i] ^ frame_.mask[frame_.at++ % 4]);
  }
  return {clear.data(), bytes.size()};
}

void WebsocketFrames::take_payload(std::string_view piece) {
  if (is_control(frame_.opcode)) {
    control_ += piece;
  } else {
    events_.on_piece(piece);
  }
}

void WebsocketFrames::end_frame() {
  in_frame_ = false;
  switch (frame_.opcode) {
    case WebsocketOpcode::continuation:
    case WebsocketOpcode::text:
    case WebsocketOpcode::binary:
      if (frame_.is_final) events_.on_message_end();
      return;
    case WebsocketOpcode::ping:
      return events_.on_ping(control_);
    case WebsocketOpcode::pong:
      return;
    case WebsocketOpcode::close:
      is_closed_ = true;
      return events_.on_close(control_);
  }
}

void append_websocket_frame(WebsocketOpcode opcode, std::string_view payload, std::string& out) {
  out += static_cast<char>(kFinal | static_cast<unsigned>(opcode));
  if (payload.size() < kTwoBytes) {
    out += static_cast<char>(payload.size());
  } else if (payload.size() <= 0xffff) {
    out += static_cast<char>(kTwoBytes);
    append_big_endian(payload.size(), 2, out);
  } else {
    out += static_cast<char>(kEightBytes);
    append_big_endian(payload.size(), 8, out);
  }
  out += payload;
}

void append_websocket_close(WebsocketClose why, std::string& out) {
  std::string code;
  append_big_endian(static_cast<std::uint64_t>(why), 2, code);
  append_websocket_frame(WebsocketOpcode::close, code, out);
}

}  // namespace quorate::net
