// HTTP/1.1 (RFC 9112): one request at a time, in order, with keep-alive and pipelining.
#pragma once

#include <memory>

#include "server/net/connection_limits.h"
#include "server/net/session.h"

namespace quorate::net {

// `transport` and `peer` belong to the caller and outlive the session.
std::unique_ptr<Session> make_http1_session(SessionOwner& owner, Transport& transport,
                                            const Peer& peer, Application& application,
                                            const Limits& limits, TimerWheel& timers);

}  // namespace quorate::net
