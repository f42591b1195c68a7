// Makes messages and an outcome of what an HTTP/2 stream delivers in answer to a call. Pure.
//
//   headers ---> message* ---> trailers       the ordinary way
//   headers that end the stream               an answer of a status alone ("trailers-only")
//   reset, end without trailers, not gRPC     an error made up here, as Go's gRPC words it
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "common/grpc/frame.h"
#include "common/grpc/metadata.h"
#include "common/result.h"

namespace quorate::grpc {

// How a call ended. Success has code ok.
struct Finished {
  Error status;
  Metadata trailers;

  [[nodiscard]] bool is_ok() const { return status.code == Code::ok; }
};

class ResponseReader {
 public:
  // Header fields of one answer, in bytes; more fails the call.
  static constexpr std::size_t kMetadataBytesMax = std::size_t{64} * 1024;

  explicit ResponseReader(std::size_t message_bytes_max) : splitter_{message_bytes_max} {}

  // ---- What the stream delivers, in order. Nothing counts any more once finished() is set.

  enum class EndStream : bool { no, yes };
  void on_header(std::string_view name, std::string_view value);
  void on_headers_complete(EndStream end);
  void on_data(std::string_view bytes);
  void on_end_of_data();  // the peer ended the stream with a DATA frame
  void on_reset(std::uint32_t http2_error);
  void fail(Error error);  // the connection broke, the deadline passed, the caller gave up

  // ---- What it means

  // Set once when the headers are there, and taken by the reader of this object.
  std::optional<Metadata>& headers() { return headers_; }
  std::deque<std::string>& messages() { return messages_; }
  // Comes after the last message. When it was set by us and not by the peer's last frame, the
  // stream must be reset.
  [[nodiscard]] const std::optional<Finished>& finished() const { return finished_; }
  // True once the server has shown that it took the call up: it must not be sent again unasked.
  [[nodiscard]] bool has_answer() const { return saw_headers_; }

 private:
  void read_headers();
  void read_trailers();
  std::optional<Error> protocol_error() const;

  FrameSplitter splitter_;
  Metadata block_;  // the header block being received
  std::size_t metadata_bytes_ = 0;
  bool saw_headers_ = false;
  std::string encoding_;
  std::optional<Metadata> headers_;
  std::deque<std::string> messages_;
  std::optional<Finished> finished_;
};

}  // namespace quorate::grpc
