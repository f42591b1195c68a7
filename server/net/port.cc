#include "server/net/port.h"

#include <algorithm>
#include <cstring>
#include <list>
#include <stdexcept>
#include <unistd.h>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/unordered/unordered_flat_map.hpp>

#include "server/net/loop.h"

namespace quorate::net {
namespace asio = boost::asio;
using asio::generic::stream_protocol;
using boost::system::error_code;
using Acceptor = asio::basic_socket_acceptor<stream_protocol>;

namespace {

constexpr std::size_t kAcceptsPerTurn = 64;

std::string describe(const Address& address) {
  return address.is_unix ? address.host : address.host + ":" + address.port;
}

[[noreturn]] void refuse(const Address& address, const error_code& error) {
  throw std::runtime_error{"listen " + std::string{address.is_unix ? "unix " : "tcp "} +
                           describe(address) + ": " + error.message()};
}

stream_protocol::endpoint resolve(const Address& address, asio::io_context& context) {
  if (address.is_unix) return asio::local::stream_protocol::endpoint{address.host};
  error_code error;
  asio::ip::tcp::resolver resolver{context};
  const auto found =
      resolver.resolve(address.host, address.port, asio::ip::tcp::resolver::passive, error);
  if (error) refuse(address, error);
  // "localhost" may be both; etcd listens on 127.0.0.1 then.
  for (const auto& entry : found) {
    if (entry.endpoint().address().is_v4()) return entry.endpoint();
  }
  return found.begin()->endpoint();
}

asio::ip::tcp::endpoint tcp_form(const stream_protocol::endpoint& endpoint) {
  asio::ip::tcp::endpoint tcp;
  std::memcpy(tcp.data(), endpoint.data(), std::min(tcp.capacity(), endpoint.size()));
  tcp.resize(endpoint.size());
  return tcp;
}

std::string name_of(const stream_protocol::endpoint& endpoint) {
  const int family = endpoint.protocol().family();
  if (family != AF_INET && family != AF_INET6) return "@";
  const auto tcp = tcp_form(endpoint);
  const auto text = tcp.address().to_string();
  const auto port = std::to_string(tcp.port());
  return tcp.address().is_v6() ? "[" + text + "]:" + port : text + ":" + port;
}

struct Listener {
  Listener(asio::io_context& context, Accepts a)
      : acceptor{context}, retry{context}, accepts{std::move(a)} {}
  Acceptor acceptor;
  asio::steady_timer retry;
  Accepts accepts;
  std::string unix_path;
};

}  // namespace

struct Port::State {
  State(const PortContext& c, Port& p) : context{c}, port{p} {}

  PortContext context;
  Port& port;
  std::list<Listener> listeners;
  boost::unordered_flat_map<Connection*, std::unique_ptr<Connection>> connections;
  std::vector<std::unique_ptr<Connection>> over;  // destroyed at the end of the turn
  std::vector<Session*> dirty;
  std::vector<Listener*> waiting;  // until there may be another connection

  void accept_on(Listener& listener) {
    listener.acceptor.async_wait(Acceptor::wait_read, [this, &listener](error_code error) {
      if (error || !listener.acceptor.is_open()) return;
      accept_waiting(listener);
    });
  }

  void accept_waiting(Listener& listener) {
    for (std::size_t i = 0; i < kAcceptsPerTurn; ++i) {
      if (connections.size() >= context.limits.connections_max) {
        waiting.push_back(&listener);
        return;
      }
      StreamSocket socket{context.loop.context()};
      stream_protocol::endpoint from;
      error_code error;
      listener.acceptor.accept(socket, from, error);
      if (error == asio::error::would_block) break;
      if (error == asio::error::connection_aborted) continue;
      if (error) return pause(listener, error);
      take(std::move(socket), from, listener.accepts);
    }
    accept_on(listener);
  }

  // Out of descriptors, most likely: the connections that exist go on.
  void pause(Listener& listener, const error_code& error) {
    context.log.warn("accepting a connection failed; trying again", {{"error", error.message()}});
    listener.retry.expires_after(std::chrono::milliseconds{100});
    listener.retry.async_wait([this, &listener](error_code stopped) {
      if (!stopped) accept_on(listener);
    });
  }

  void take(StreamSocket socket, const stream_protocol::endpoint& from, const Accepts& accepts) {
    if (from.protocol().family() != AF_UNIX) {
      error_code ignored;
      socket.set_option(asio::ip::tcp::no_delay{true}, ignored);
      socket.set_option(asio::socket_base::keep_alive{true}, ignored);
    }
    Peer peer;
    peer.address = name_of(from);
    auto connection =
        std::make_unique<Connection>(context, port, std::move(socket), accepts, std::move(peer));
    Connection* raw = connection.get();
    connections.emplace(raw, std::move(connection));
    raw->start();
  }

  void flush() {
    // Flushing may make further sessions dirty: they get a turn of their own. Those that end in it
    // may be among them, and are destroyed after that turn.
    std::vector<std::unique_ptr<Connection>> ended;
    ended.swap(over);
    std::vector<Session*> sessions;
    sessions.swap(dirty);
    for (Session* session : sessions) session->flush();
    if (!dirty.empty() || !over.empty()) context.loop.post([] {});
  }
};

Port::Port(Loop& loop, TimerWheel& timers, const Limits& limits, Log log)
    : state_{std::make_unique<State>(PortContext{loop, timers, limits, nullptr, std::move(log)},
                                     *this)} {}

void Port::flush_at_turn_end() {
  state_->context.loop.at_turn_end([state = state_.get()] { state->flush(); });
}

Port::~Port() {
  for (const auto& listener : state_->listeners) {
    if (!listener.unix_path.empty()) ::unlink(listener.unix_path.c_str());
  }
}

std::uint16_t Port::bind(const Address& address, Accepts accepts) {
  auto& context = state_->context.loop.context();
  const auto endpoint = resolve(address, context);
  Listener& listener = state_->listeners.emplace_back(context, std::move(accepts));
  auto& acceptor = listener.acceptor;
  error_code error;
  acceptor.open(endpoint.protocol(), error);
  if (error) refuse(address, error);
  if (address.is_unix) {
    ::unlink(address.host.c_str());  // left over from a process that was killed
    listener.unix_path = address.host;
  } else {
    acceptor.set_option(asio::socket_base::reuse_address{true}, error);
  }
  acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) refuse(address, error);
  acceptor.non_blocking(true, error);
  return address.is_unix ? std::uint16_t{0} : tcp_form(acceptor.local_endpoint(error)).port();
}

void Port::open(Application& application) {
  state_->context.application = &application;
  for (Listener& listener : state_->listeners) state_->accept_on(listener);
}

void Port::drain() {
  for (Listener& listener : state_->listeners) {
    error_code ignored;
    listener.acceptor.close(ignored);
  }
  std::vector<Connection*> connections;
  for (const auto& [connection, owner] : state_->connections) connections.push_back(connection);
  for (Connection* connection : connections) connection->drain();
}

void Port::close() {
  auto connections = std::exchange(state_->connections, {});
  connections.clear();
  state_->over.clear();
  state_->dirty.clear();
}

std::size_t Port::connections() const {
  return state_->connections.size();
}

void Port::finished(Connection& connection) {
  const auto found = state_->connections.find(&connection);
  if (found == state_->connections.end()) return;
  state_->over.push_back(std::move(found->second));
  state_->connections.erase(found);
  std::vector<Listener*> waiting;
  waiting.swap(state_->waiting);
  for (Listener* listener : waiting) {
    if (listener->acceptor.is_open()) state_->accept_on(*listener);
  }
}

void Port::will_flush(Session& session) {
  state_->dirty.push_back(&session);
}

}  // namespace quorate::net
