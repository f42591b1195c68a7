// A connection in the clear.
#pragma once

#include <boost/asio/generic/stream_protocol.hpp>

#include "server/net/transport.h"

namespace quorate::net {

class Loop;
using StreamSocket = boost::asio::generic::stream_protocol::socket;

// TCP or unix socket, already connected.
std::unique_ptr<Transport> make_plain_transport(StreamSocket socket, Loop& loop);

}  // namespace quorate::net
