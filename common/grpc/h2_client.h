// The client's half of an HTTP/2 connection that carries gRPC calls, without I/O: bytes from the
// peer go in, bytes for the peer come out, and each stream's reader says what was answered.
// nghttp2 does the protocol (RFC 9113). Home: the thread of its connection.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/grpc/metadata.h"
#include "common/grpc/response_reader.h"
#include "common/result.h"

namespace quorate::grpc {

using StreamNumber = std::int32_t;

struct H2Options {
  // What a peer may send ahead of its reader: per stream (a stream that is held takes this much
  // memory at most beyond its unfinished message) and over all streams.
  std::int32_t stream_window_bytes = 1 << 20;
  std::int32_t connection_window_bytes = 16 << 20;
  std::size_t message_bytes_max = 0x7fffffff;  // of one answer message
};

// Why a peer takes no more calls.
struct GoAway {
  std::uint32_t http2_error = 0;
  std::string text;
};

class H2Client {
 public:
  explicit H2Client(const H2Options& options);
  ~H2Client();

  // ---- The wire

  // Takes bytes from the peer. An error means that the connection is of no more use.
  Status receive(std::string_view bytes);
  // Appends what is to be sent now, about `bytes_max` of it. An error means that the peer has
  // broken the protocol: what was appended is the goodbye.
  Status take_output(std::string& out, std::size_t bytes_max);
  // The streams whose reader or refusal changed since the last time this was asked.
  [[nodiscard]] std::vector<StreamNumber> take_touched();
  // The peer's SETTINGS have come: it speaks HTTP/2 and calls may be sent.
  [[nodiscard]] bool is_ready() const;
  [[nodiscard]] const std::optional<GoAway>& go_away() const;  // no new calls once set

  // ---- Streams

  // Sends the header fields of a call, pseudo fields first. Never answers the number of an earlier
  // stream. Nothing when the numbers have run out.
  std::optional<StreamNumber> open(const Metadata& fields);
  // Queues bytes, framed already. Ignored when the stream has ended.
  void send(StreamNumber stream, std::string_view bytes);
  void end_sending(StreamNumber stream);  // half close, after what is queued
  // Forgets the stream; the peer is told unless the stream has ended on both sides.
  void drop(StreamNumber stream);
  // While a stream is held its window is not opened again: the peer pauses after it is used up.
  void hold(StreamNumber stream);
  void release(StreamNumber stream);

  // Null for a stream that was dropped or never was. Valid until the next call but receive().
  [[nodiscard]] ResponseReader* reader(StreamNumber stream);
  [[nodiscard]] std::size_t unsent_bytes(StreamNumber stream) const;
  // True when the peer says, or its GOAWAY implies, that it never began with this call: it may be
  // sent again elsewhere.
  [[nodiscard]] bool was_refused(StreamNumber stream) const;
  [[nodiscard]] std::size_t open_streams() const;  // not yet dropped

  // ---- Liveness

  void ping();
  [[nodiscard]] std::uint64_t pings_answered() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace quorate::grpc
