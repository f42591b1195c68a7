#include "server/net/websocket_frames.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

using namespace quorate::net;
using namespace std::literals;

namespace {

class Recorder final : public WebsocketEvents {
 public:
  void on_piece(std::string_view piece) override { message_ += piece; }
  void on_message_end() override { seen.push_back("message " + std::exchange(message_, {})); }
  void on_ping(std::string_view payload) override {
    seen.push_back("ping " + std::string{payload});
  }
  void on_close(std::string_view payload) override {
    seen.push_back("close " + std::to_string(payload.size()));
  }

  std::vector<std::string> seen;

 private:
  std::string message_;
};

// As a client sends it, with a mask that changes every byte.
std::string masked(unsigned first, std::string_view payload) {
  constexpr std::string_view kMask = "\x37\xfa\x21\x3d";
  std::string out{static_cast<char>(first)};
  const auto size = payload.size();
  if (size < 126) {
    out += static_cast<char>(0x80 | size);
  } else if (size <= 0xffff) {
    out += {'\xfe', static_cast<char>(size >> 8), static_cast<char>(size)};
  } else {
    out += "\xff\0\0\0\0\0"s;
    out += {static_cast<char>(size >> 16), static_cast<char>(size >> 8), static_cast<char>(size)};
  }
  out += kMask;
  for (std::size_t i = 0; i < size; ++i) out += static_cast<char>(payload[i] ^ kMask[i % 4]);
  return out;
}

std::vector<std::string> seen_of(std::string_view bytes, std::size_t piece_bytes) {
  Recorder recorder;
  WebsocketFrames frames{recorder};
  while (!bytes.empty()) {
    if (!frames.put(bytes.substr(0, piece_bytes))) {
      recorder.seen.emplace_back("broken");
      break;
    }
    bytes.remove_prefix(std::min(piece_bytes, bytes.size()));
  }
  return recorder.seen;
}

using Seen = std::vector<std::string>;

}  // namespace

// RFC 6455 §5.7.
TEST_CASE("the examples of the RFC") {
  CHECK(seen_of("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"sv, 100) == Seen{"message Hello"});
  CHECK(seen_of("\x89\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"sv, 100) == Seen{"ping Hello"});
  std::string out;
  append_websocket_frame(WebsocketOpcode::text, "Hello", out);
  CHECK(out == "\x81\x05Hello");
  out.clear();
  append_websocket_frame(WebsocketOpcode::binary, std::string(256, 'x'), out);
  CHECK(out.substr(0, 4) == "\x82\x7e\x01\x00"sv);
  CHECK(out.size() == 4 + 256);
  out.clear();
  append_websocket_frame(WebsocketOpcode::binary, std::string(65536, 'x'), out);
  CHECK(out.substr(0, 10) == "\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00"sv);
  out.clear();
  append_websocket_close(WebsocketClose::normal, out);
  CHECK(out == "\x88\x02\x03\xe8");
}

TEST_CASE("messages of every size, in frames and in pieces of every size") {
  const std::string large(70'000, 'l');
  const std::string middle(200, 'm');
  const std::string all = masked(0x81, "") + masked(0x82, middle) + masked(0x01, "in ") +
                          masked(0x89, "ping") + masked(0x00, "three ") + masked(0x8a, "pong") +
                          masked(0x80, "frames") + masked(0x81, large) +
                          masked(0x88,
                                 "\x03\xe8"
                                 "bye") +
                          "what follows is not looked at";
  const Seen expected{"message ",         "message " + middle,
                      "ping ping",        "message in three frames",
                      "message " + large, "close 5"};
  for (const std::size_t piece : {1, 2, 3, 7, 13, 4096, 5000, 1'000'000}) {
    INFO("pieces of ", piece);
    CHECK(seen_of(all, piece) == expected);
  }
}

TEST_CASE("what the RFC forbids is seen before its payload comes") {
  const std::string unfinished = masked(0x01, "a");
  for (const std::string& bytes : {
           "\x81\x05"s,                            // no mask
           "\xc1\x80"s,                            // a reserved bit
           "\x83\x80"s, "\x8b\x80"s,               // unknown kinds
           "\x09\x80"s,                            // a ping in pieces
           "\x89\xfe"s,                            // a long one
           "\x80\x80"s,                            // the end of no message
           unfinished + "\x81\x80",                // one within another
           "\x81\xff\x80\0\0\0\0\0\0\0\0\0\0\0"s,  // longer than there is
       }) {
    for (const std::size_t piece : {1, 100}) {
      const Seen seen = seen_of(bytes, piece);
      REQUIRE(!seen.empty());
      CHECK(seen.back() == "broken");
    }
  }
}
