// A client connection from its first byte: finds out what it speaks and hands over.
#pragma once

#include <memory>
#include <string>

#include "common/log.h"
#include "server/net/connection_limits.h"
#include "server/net/plain_transport.h"
#include "server/net/session.h"

namespace boost::asio::ssl {
class context;
}

namespace quorate::net {

class Connection;
class Loop;

// What a listening address accepts.
struct Accepts {
  bool plain = true;
  // Null = no TLS. Shared with every connection it secures.
  std::shared_ptr<boost::asio::ssl::context> tls;
};

class ConnectionOwner {
 public:
  virtual ~ConnectionOwner() = default;
  // The connection is over; it is to be destroyed, but not inside this call.
  virtual void finished(Connection& connection) = 0;
  // flush() of the session is to be called at the end of this turn.
  virtual void will_flush(Session& session) = 0;
};

// Everything the connections of a port share. Outlives them.
struct PortContext {
  Loop& loop;
  TimerWheel& timers;
  const Limits& limits;
  Application* application;  // set before the first connection
  Log log;
};

// Home: its loop.
//
//   first byte 0x16 --> TLS handshake --+--> "PRI * HTTP/2.0..." --> Http2Session
//   anything else ----------------------+--> anything else       --> Http1Session
class Connection final : public TransportUser, public SessionOwner {
 public:
  Connection(const PortContext& port, ConnectionOwner& owner, StreamSocket socket, Accepts accepts,
             Peer peer);
  ~Connection() override;

  void start();
  void drain();  // ends when the requests under way have ended

  // ---- TransportUser, until there is a session and when it is over
  void on_secured(std::string common_name) override;
  void on_bytes(std::string_view bytes) override;
  void on_writable() override {}
  void on_closed(const std::string& why) override;

  // ---- SessionOwner
  void will_flush(Session& session) override { owner_.will_flush(session); }
  void finished(Session& session) override;

 private:
  void await_first_byte();
  void use(std::unique_ptr<Transport> transport);
  void start_session(std::unique_ptr<Session> session);
  void give_up();

  const PortContext& port_;
  ConnectionOwner& owner_;
  Accepts accepts_;
  Peer peer_;
  Timer deadline_;
  std::unique_ptr<StreamSocket> socket_;  // until the first byte tells what goes over it
  std::string seen_;                      // first bytes, until they tell the protocol
  std::unique_ptr<Transport> transport_;
  std::unique_ptr<Session> session_;
  // Handlers of the bare socket hold it, to see whether this still exists.
  std::shared_ptr<Connection*> alive_;
};

}  // namespace quorate::net
