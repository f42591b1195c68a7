// A connection with TLS on it.
#pragma once

#include "server/net/plain_transport.h"

namespace boost::asio::ssl {
class context;
}

namespace quorate::net {

// TLS on the server's side of a connected socket. start() begins with the handshake.
std::unique_ptr<Transport> make_tls_transport(StreamSocket socket, boost::asio::ssl::context& tls);

}  // namespace quorate::net
