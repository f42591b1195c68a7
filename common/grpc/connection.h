// One connection to one endpoint: socket, TLS if asked for, HTTP/2. Home: the loop's thread.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "common/callback.h"
#include "common/event_loop.h"
#include "common/grpc/endpoint.h"
#include "common/grpc/h2_client.h"
#include "common/grpc/tls.h"

namespace quorate::grpc {

struct ConnectionOptions {
  H2Options h2;
  TlsContext tls;                              // null: plaintext, HTTP/2 with prior knowledge
  std::string server_name;                     // expected in the certificate
  std::chrono::nanoseconds connect_timeout{};  // from resolving to the peer's SETTINGS
  // A peer that was silent for this long while calls are open is pinged; 0 = never.
  std::chrono::nanoseconds keepalive_time{};
  std::chrono::nanoseconds keepalive_timeout{};  // and must say something within this
};

class Connection {
 public:
  // Called from the loop, never from within a method of the connection. Whoever is called may
  // destroy it; then nothing more is called.
  struct Events {
    Callback<void()> ready;                // calls may be opened
    Callback<void(StreamNumber)> touched;  // look at the stream's reader
    Callback<void()> going_away;           // the peer takes no new calls
    Callback<void(const Error&)> closed;   // the last event; open streams are lost
  };

  Connection(EventLoop& loop, Endpoint endpoint, const ConnectionOptions& options, Events events);
  ~Connection();

  // Streams are opened and fed here; flush() afterwards.
  [[nodiscard]] H2Client& h2();
  // Sends what h2() has to say, at the end of this turn of the loop.
  void flush();

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared with the operations under way on the socket
};

}  // namespace quorate::grpc
