// A lease that lives as long as we do: what is attached to it goes when we are gone.
#pragma once

#include <cstdint>
#include <memory>

#include "ctl/client/keep_alive.h"

namespace quorate::ctl {

// Home: the client's loop. The lease is not revoked at the end; it runs out by itself, as with
// etcdctl.
class Session {
 public:
  static constexpr std::int64_t kTtlSecondsDefault = 60;

  // Grants a lease; a time of 0 or below is the default. `client` outlives the session.
  static Result<std::unique_ptr<Session>> begin(Client& client, std::int64_t ttl_seconds);

  [[nodiscard]] std::int64_t lease() const { return lease_; }
  [[nodiscard]] bool is_lost() const { return is_lost_; }

 private:
  Session(Client& client, std::int64_t lease);

  const std::int64_t lease_;
  bool is_lost_ = false;
  KeepAlive keep_alive_;
};

}  // namespace quorate::ctl
