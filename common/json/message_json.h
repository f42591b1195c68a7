// Protobuf messages as JSON and back, by the rules of the gRPC gateway that etcd uses:
// https://protobuf.dev/programming-guides/json with etcd's habits, named at each function.
//
// Message types may have what etcd's API has: no maps, floats, groups or extensions.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "common/result.h"

namespace google::protobuf {
class Message;
}

namespace quorate {

// Appends the message as compact JSON: proto names in the order of declaration, 64-bit integers as
// strings, bytes in base64, enums by name. Zero values are left out; a message that is set and the
// chosen member of a oneof are shown even when they are empty.
void append_json(const google::protobuf::Message& message, std::string& out);

// Reads the first JSON value of `text` into `out`, which is cleared before. What follows the value
// is not looked at. No text, and null, give an empty message.
//
// Accepts proto names and lowerCamelCase (which wins), unknown fields (ignored), null (not set),
// bytes in either base64 alphabet with or without padding, integers as numbers or strings, enums
// by name or number. Of equal names the last one counts.
//
// Error: invalid_argument, worded as by etcd; `out` then holds a part of the message.
Status parse_json(std::string_view text, google::protobuf::Message& out);

// The messages of a stream: JSON values one behind the other, arriving in pieces.
class JsonStream {
 public:
  // A value longer than this is refused. Memory is bounded to about ten times as much, if the next
  // piece is only appended once next() asked for more.
  explicit JsonStream(std::size_t value_bytes_max);
  ~JsonStream();
  JsonStream(JsonStream&&) noexcept;
  JsonStream& operator=(JsonStream&&) noexcept;

  void append(std::string_view piece);
  void finish();  // no more pieces will come

  enum class Next { message, more, end };
  // Takes the next message off the stream into `out`, as parse_json does. `more`: it has not fully
  // arrived; `end`: the stream is finished and everything was taken.
  // Errors: as parse_json, and resource_exhausted; the stream is of no use afterwards.
  Result<Next> next(google::protobuf::Message& out);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace quorate
