// The addresses clients connect to, and the connections they made.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/log.h"
#include "server/net/connection.h"

namespace quorate::net {

// Where to listen. Throws std::runtime_error from listen() with a sentence when that fails.
struct Address {
  bool is_unix = false;
  std::string host;  // IP address or "localhost"; the path of a unix socket
  std::string port;  // decimal; 0 = any free one
};

// Home: its loop.
class Port final : public ConnectionOwner {
 public:
  Port(Loop& loop, TimerWheel& timers, const Limits& limits, Application& application, Log log);
  ~Port() override;

  // Binds, so that a port in use shows at once; nothing is accepted before open(). Returns the
  // port that was bound.
  std::uint16_t bind(const Address& address, Accepts accepts);
  void open();
  // Accepts no more; connections end when the requests under way have ended.
  void drain();
  [[nodiscard]] std::size_t connections() const;

  void finished(Connection& connection) override;
  void will_flush(Session& session) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace quorate::net
