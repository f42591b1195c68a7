// Frames of WebSocket (RFC 6455 §5), as a server sees them. No I/O.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace quorate::net {

// What comes of a client's frames, in order. Views end with the call.
class WebsocketEvents {
 public:
  virtual ~WebsocketEvents() = default;
  virtual void on_piece(std::string_view piece) = 0;  // of a message; text or not
  virtual void on_message_end() = 0;
  virtual void on_ping(std::string_view payload) = 0;
  virtual void on_close(std::string_view payload) = 0;  // nothing follows
};

enum class WebsocketOpcode : std::uint8_t {
  continuation = 0,
  text = 1,
  binary = 2,
  close = 8,
  ping = 9,
  pong = 10,
};

// Numbers of §7.4.1.
enum class WebsocketClose : std::uint16_t { normal = 1000, protocol_error = 1002 };

// Whether texts are UTF-8 is left to whoever reads them.
class WebsocketFrames {
 public:
  explicit WebsocketFrames(WebsocketEvents& events) : events_{events} {}

  // Bytes in pieces of any size. False when the client has broken the rules; then, and after
  // on_close, no more bytes may be put.
  [[nodiscard]] bool put(std::string_view bytes);

 private:
  // Of a frame whose head is complete.
  struct Frame {
    WebsocketOpcode opcode = WebsocketOpcode::continuation;
    bool is_final = false;
    std::uint64_t rest = 0;  // bytes still to come
    std::array<char, 4> mask{};
    std::uint32_t at = 0;  // in the mask
  };

  [[nodiscard]] bool may_begin() const;
  bool take_head();
  using Clear = std::array<char, 4096>;
  std::string_view unmask(std::string_view bytes, Clear& clear);
  void take_payload(std::string_view piece);
  void end_frame();

  static constexpr std::size_t kControlBytesMax = 125;

  WebsocketEvents& events_;
  std::string head_;  // what has come of the next frame's
  Frame frame_;
  bool in_frame_ = false;
  bool in_message_ = false;  // its last frame is to come
  bool is_closed_ = false;
  std::string control_;  // payload of a control frame
};

// A frame that is a whole message, or a control frame.
void append_websocket_frame(WebsocketOpcode opcode, std::string_view payload, std::string& out);
void append_websocket_close(WebsocketClose why, std::string& out);

}  // namespace quorate::net
