// Calls to a cluster through any of its endpoints, as etcd's client makes them:
//  - all endpoints are connected to, when the first call is made; calls go round robin over those
//    that answer, and wait while there is none, until their deadline;
//  - a lost connection is made again in the background, waiting longer after each failure;
//  - a call that its server surely did not begin with is sent again elsewhere, unnoticed. All else
//    is for the caller to repeat: only it knows what may be done twice.
#pragma once

#include <chrono>
#include <cstddef>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/event_loop.h"
#include "common/grpc/call.h"
#include "common/grpc/tls.h"
#include "common/result.h"
#include "common/rng.h"

namespace quorate::grpc {

struct ChannelOptions {
  std::vector<std::string> endpoints;  // see parse_endpoint
  TlsContext tls;                      // null: plaintext, to all of them
  std::string tls_server_name;         // instead of each endpoint's host; empty = the host
  std::string user_agent = "quorate";
  std::size_t send_bytes_max = std::size_t{2} << 20;  // of one message
  std::size_t receive_bytes_max = 0x7fffffff;         // of one message
  std::chrono::nanoseconds keepalive_time{};          // 0 = no pings
  std::chrono::nanoseconds keepalive_timeout = std::chrono::seconds{20};
  std::chrono::nanoseconds connect_timeout = std::chrono::seconds{20};
  std::chrono::nanoseconds backoff_first = std::chrono::milliseconds{200};
  std::chrono::nanoseconds backoff_max = std::chrono::seconds{10};
  std::size_t waiting_calls_max = 100'000;  // without a connection; more end with Unavailable
};

// Whether calls to these endpoints go over TLS: the first one's scheme decides for all, and if it
// says nothing, whether TLS was configured.
[[nodiscard]] bool wants_tls(const std::vector<std::string>& endpoints, bool is_tls_configured);

// Home: the loop's thread. The loop must outlive it.
class Channel {
 public:
  Channel(EventLoop& loop, ChannelOptions options, Rng rng);
  ~Channel();  // gives up all calls, without events

  // `method` is the full name: "/etcdserverpb.KV/Range".
  [[nodiscard]] Call start(std::string_view method, const CallOptions& options, CallEvents events);

  [[nodiscard]] bool has_connection() const;
  // Why there is no connection: the last failure of each endpoint that is not connected now.
  struct Trouble {
    std::string endpoint;
    Error error;
  };
  [[nodiscard]] std::vector<Trouble> troubles() const;

  [[nodiscard]] EventLoop& loop();
  void dump(std::ostream& out) const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace quorate::grpc
