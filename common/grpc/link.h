// A connection with the calls that run on it. Part of the channel. Home: the loop's thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>

#include "common/grpc/call_state.h"
#include "common/grpc/connection.h"

namespace quorate::grpc {

class Link {
 public:
  // As the connection's events; what concerns streams is dealt with here.
  struct Events {
    Callback<void()> ready;
    Callback<void()> going_away;
    Callback<void(const Error&)> closed;
  };

  Link(EventLoop& loop, const Endpoint& endpoint, const ConnectionOptions& options, Events events);
  ~Link();

  // Opens a stream for the call. False when the connection has no numbers left.
  bool begin(const std::shared_ptr<CallState>& call, const Metadata& fields);
  void forget(StreamNumber stream);  // its call has ended or goes elsewhere
  void flush() { connection_.flush(); }
  [[nodiscard]] H2Client& h2() { return connection_.h2(); }

  // No more calls will begin here. What is told from now on: that the last call has ended, or that
  // the connection was lost before. Whoever is called must not destroy the link at once.
  struct RetiredEvents {
    Callback<void()> drained;
    Callback<void(const Error&)> closed;
  };
  void retire(RetiredEvents events);

  // Takes the calls out, for the time after the connection is lost.
  using Calls = std::unordered_map<StreamNumber, std::shared_ptr<CallState>>;
  [[nodiscard]] Calls take_calls();

 private:
  void on_touched(StreamNumber stream);

  void drain_soon();

  EventLoop& loop_;
  Events events_;
  std::optional<RetiredEvents> retired_;
  Timer drained_;  // makes it an event of the loop, not of the call that ended
  Calls calls_;    // shared with the handles of their callers
  Connection connection_;
};

}  // namespace quorate::grpc
