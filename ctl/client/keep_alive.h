// Leases kept from running out.
#pragma once

#include <cstdint>
#include <optional>

#include "ctl/client/lasting_stream.h"

namespace quorate::ctl {

// Asks for the lease again whenever a third of its time has passed. Home: the client's loop.
class KeepAlive {
 public:
  // Called from the loop. `lost` is the last event and may destroy the object: the lease has
  // expired or was revoked, or no answer came for as long as the lease lasts.
  struct Events {
    Callback<void(const pb::LeaseKeepAliveResponse&)> renewed;  // may be empty
    Callback<void()> lost;
  };

  // `client` outlives it.
  KeepAlive(Client& client, std::int64_t lease, Events events);

 private:
  void ask();
  void on_message(const std::string& bytes);
  void lose();

  const std::int64_t lease_;
  Events events_;
  Timer next_;
  Timer end_;
  std::optional<LastingStream> stream_;  // none once the lease is lost
};

// Once. An error when the lease is not there: "etcdserver: requested lease not found".
Result<pb::LeaseKeepAliveResponse> keep_alive_once(Client& client, std::int64_t lease);

}  // namespace quorate::ctl
