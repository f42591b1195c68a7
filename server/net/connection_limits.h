// The limits of a client connection, each with what happens when it is reached.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace quorate::net {

struct Limits {
  // Connections at the same time; more wait to be accepted until others end.
  std::size_t connections_max = 1'000'000;
  // From accept to the first whole protocol bytes, TLS handshake included; then it is closed.
  std::chrono::milliseconds handshake_timeout{10'000};
  // From a request's first byte (HTTP/1.1) to the end of its head; 408, or stream reset.
  std::chrono::milliseconds header_timeout{10'000};
  // From the head of a unary request to the end of its body; the stream is reset.
  std::chrono::milliseconds body_timeout{30'000};
  // From a session's end to the client's answer to our goodbye (TLS); then it is closed.
  std::chrono::milliseconds goodbye_timeout{1'000};
  // An HTTP/1.1 connection without a request is closed after this.
  std::chrono::milliseconds idle_timeout{std::chrono::minutes{5}};
  // A complete answer of which the client takes nothing for so long is given up: the stream is
  // reset, the connection of HTTP/1.1 closed.
  std::chrono::milliseconds answer_timeout{60'000};
  // All header fields of one request; 431, or stream reset.
  std::size_t header_bytes_max = 1024 * 1024;
  // Streams of one HTTP/2 connection at the same time; more are refused.
  std::uint32_t streams_max = 0xffffffff;
  // Streams of all connections together; more are refused. Each takes some 2 KB.
  std::size_t all_streams_max = 250'000;
  // Unread input of one HTTP/2 stream and of a whole connection that a client may send ahead.
  std::uint32_t stream_window_bytes = 1024 * 1024;
  std::uint32_t connection_window_bytes = 4 * 1024 * 1024;
  // Output kept for the socket of one connection before frames are made for more.
  std::size_t output_bytes_max = 256 * 1024;
  // Input taken from a client that takes no output, before its sends block.
  std::size_t ahead_bytes_max = 256 * 1024;
  // A client may ping so often while it has streams; the third offence ends the connection.
  std::chrono::milliseconds ping_interval_min{5'000};
  // The server pings a connection that was silent for so long, and closes it without an answer.
  std::chrono::milliseconds keepalive_interval{std::chrono::hours{2}};
  std::chrono::milliseconds keepalive_timeout{20'000};
};

}  // namespace quorate::net
