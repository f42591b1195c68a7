// HTTP/2 with prior knowledge or after ALPN (RFC 9113), on nghttp2.
#pragma once

#include <memory>

#include "server/net/connection_limits.h"
#include "server/net/session.h"

namespace quorate::net {

// `transport` and `peer` belong to the caller and outlive the session.
std::unique_ptr<Session> make_http2_session(SessionOwner& owner, Transport& transport,
                                            const Peer& peer, Application& application,
                                            const Limits& limits, TimerWheel& timers);

}  // namespace quorate::net
