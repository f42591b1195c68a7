// One call under way, as its caller holds it: unary or a stream in either or both directions.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/callback.h"
#include "common/event_loop.h"
#include "common/grpc/metadata.h"
#include "common/grpc/response_reader.h"

namespace quorate::grpc {

class CallState;

struct CallOptions {
  std::optional<EventLoop::Instant> deadline;  // sent along; none = as long as it takes
  Metadata metadata;                           // names in lower case
};

// What the caller hears, from the loop and never from within a method of the call or channel. Any
// of them may destroy the call or the channel. Those left empty are not called.
struct CallEvents {
  Callback<void(const Metadata&)> headers;  // the server has taken the call up
  Callback<void(std::string)> message;      // one whole answer message
  Callback<void(Finished)> finished;        // the last event
};

// A handle. Destroying it gives the call up without a further event; the server is told.
// Home: the channel's loop.
class Call {
 public:
  Call() = default;
  explicit Call(std::shared_ptr<CallState> state) : state_{std::move(state)} {}
  ~Call() { abandon(); }
  Call(Call&&) noexcept = default;
  Call& operator=(Call&& other) noexcept {
    if (this != &other) {
      abandon();
      state_ = std::move(other.state_);
    }
    return *this;
  }

  // Queues one message; unsent_bytes() says what has not left yet, for a caller that must pace
  // itself. A message above the channel's limit ends the call with ResourceExhausted.
  void send(std::string_view message);
  void end_sending();  // half close: no more messages from this side
  // Ends the call: `finished` follows with Cancelled, "context canceled".
  void cancel();
  // No more messages are delivered until release(); the server may send one window's worth ahead.
  void hold();
  void release();

  [[nodiscard]] bool is_finished() const;  // also true of a handle without a call
  [[nodiscard]] std::size_t unsent_bytes() const;

 private:
  void abandon();

  std::shared_ptr<CallState> state_;  // shared with the channel's tables while under way
};

}  // namespace quorate::grpc
