// From a call's bytes to its request.
#pragma once

#include <string_view>

#include "common/parse_message.h"
#include "server/api/call.h"

namespace quorate::api {

// What Go's gRPC says of a message that cannot be parsed.
[[nodiscard]] inline Error unmarshal_error() {
  return {Code::internal, "grpc: error unmarshalling request: unexpected EOF"};
}

// The same of a message in a stream, whichever side may send many.
[[nodiscard]] inline Error stream_unmarshal_error() {
  return {Code::internal, "grpc: failed to unmarshal the received message unexpected EOF"};
}

// False when the bytes are no such message; the call has failed then.
template <class Message>
[[nodiscard]] bool parse_or_fail(std::string_view bytes, Call& call, Message& out) {
  if (parse_message(bytes, out)) return true;
  call.fail(unmarshal_error());
  return false;
}
template <class Message>
[[nodiscard]] bool parse_or_fail_stream(std::string_view bytes, Call& call, Message& out) {
  if (parse_message(bytes, out)) return true;
  call.fail(stream_unmarshal_error());
  return false;
}

}  // namespace quorate::api
