#include "server/net/connection.h"

#include <sys/socket.h>

#include "server/net/http1_session.h"
#include "server/net/http2_session.h"
#include "server/net/loop.h"
#include "server/net/tls_transport.h"

namespace quorate::net {
namespace {

// RFC 9113 §3.4.
constexpr std::string_view kHttp2Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
// The content type of a handshake record (RFC 8446 §5.1).
constexpr char kTlsHandshake = 0x16;

bool agree(std::string_view a, std::string_view b) {
  const auto size = std::min(a.size(), b.size());
  return a.substr(0, size) == b.substr(0, size);
}

}  // namespace

Connection::Connection(const PortContext& port, ConnectionOwner& owner, StreamSocket socket,
                       Accepts accepts, Peer peer)
    : port_{port},
      owner_{owner},
      accepts_{std::move(accepts)},
      peer_{std::move(peer)},
      socket_{std::make_unique<StreamSocket>(std::move(socket))},
      alive_{std::make_shared<Connection*>(this)} {}

Connection::~Connection() {
  *alive_ = nullptr;
  session_.reset();  // before the transport it refers to
}

void Connection::start() {
  port_.timers.arm(deadline_, port_.limits.handshake_timeout, [this] { give_up(); });
  if (accepts_.tls != nullptr) return await_first_byte();
  use(make_plain_transport(std::move(*socket_), port_.loop));
}

void Connection::await_first_byte() {
  socket_->async_wait(StreamSocket::wait_read, [alive = alive_](boost::system::error_code error) {
    Connection* self = *alive;
    if (self == nullptr || self->socket_ == nullptr) return;
    char first = 0;
    const auto got = ::recv(self->socket_->native_handle(), &first, 1, MSG_PEEK | MSG_DONTWAIT);
    if (error || got != 1) return self->give_up();
    const bool is_tls = first == kTlsHandshake;
    if (!is_tls && !self->accepts_.plain) return self->give_up();
    auto& loop = self->port_.loop;
    self->use(is_tls ? make_tls_transport(std::move(*self->socket_), *self->accepts_.tls)
                     : make_plain_transport(std::move(*self->socket_), loop));
  });
}

void Connection::use(std::unique_ptr<Transport> transport) {
  socket_.reset();
  transport_ = std::move(transport);
  transport_->start(*this);
}

void Connection::on_secured(std::string common_name) {
  peer_.is_tls = true;
  peer_.common_name = std::move(common_name);
}

void Connection::on_bytes(std::string_view bytes) {
  seen_.append(bytes);
  const bool could_be_http2 = agree(seen_, kHttp2Preface);
  if (could_be_http2 && seen_.size() < kHttp2Preface.size()) return;
  start_session(could_be_http2 ? make_http2_session(*this, *transport_, peer_, *port_.application,
                                                    port_.limits, port_.timers)
                               : make_http1_session(*this, *transport_, peer_, *port_.application,
                                                    port_.limits, port_.timers));
}

void Connection::start_session(std::unique_ptr<Session> session) {
  deadline_.disarm();
  session_ = std::move(session);
  transport_->set_user(*session_);
  std::string seen;
  seen.swap(seen_);
  session_->on_bytes(seen);
}

void Connection::on_closed(const std::string& why) {
  if (!why.empty()) {
    port_.log.warn("rejected connection on client endpoint",
                   {{"remote-addr", peer_.address}, {"error", why}});
  }
  give_up();
}

// The session's last bytes may still be on their way: a client that does not take them, or does not
// answer a goodbye, is not waited for long.
void Connection::finished(Session& /*session*/) {
  if (!transport_->is_closing()) return give_up();
  transport_->set_user(*this);
  port_.timers.arm(deadline_, port_.limits.goodbye_timeout, [this] { give_up(); });
}

void Connection::give_up() {
  deadline_.disarm();
  owner_.finished(*this);
}

void Connection::drain() {
  if (session_ != nullptr) return session_->drain();
  give_up();
}

}  // namespace quorate::net
