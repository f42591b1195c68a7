// A stream that outlives its connections: opened again, with a fresh login, when it breaks for a
// reason that may pass.
//
//   open --breaks--> pause --login, if there are credentials--> open
//     |
//     +--refused--> ended
#pragma once

#include <string>
#include <string_view>

#include "ctl/client/client.h"

namespace quorate::ctl {

// Home: the client's loop.
class LastingStream {
 public:
  // Called from the loop. Any of them may destroy the stream.
  struct Events {
    Callback<void()> opened;  // say what the stream is for
    Callback<void(const std::string&)> message;
    Callback<void(const Error&)> ended;  // the server will not have it; the last event
  };

  // `client` outlives it. The first `opened` comes from the loop, not from here.
  LastingStream(Client& client, std::string_view method, Client::NeedsLeader needs_leader,
                Events events);

  template <class Message>
  void send(const Message& message) {
    grpc::send(call_, message);
  }
  // No more messages until release().
  void hold();
  void release();

 private:
  void open();
  void on_broken(const Error& error);
  void log_in();

  Client& client_;
  const std::string method_;
  const Client::NeedsLeader needs_leader_;
  Events events_;
  bool is_held_ = false;
  Timer retry_;
  grpc::Call call_;
  grpc::Call login_;
};

}  // namespace quorate::ctl
