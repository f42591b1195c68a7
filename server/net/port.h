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
  Port(Loop& loop, TimerWheel& timers, const Limits& limits, Log log);
  ~Port() override;

  // Binds, so that a port in use shows at once; nothing is accepted before open(). Returns the
  // port that was bound.
  std::uint16_t bind(const Address& address, Accepts accepts);
  // From now on connections are accepted and served by `application`, which outlives the port.
  void open(Application& application);
  // Registers the sending of what turns produce; to be called after the hooks that produce it.
  void flush_at_turn_end();
  // Accepts no more; connections end when the requests under way have ended.
  void drain();
  // Ends all connections now: whoever answers on them hears that its client is gone. Requires: the
  // loop is stopped.
  void close();
  [[nodiscard]] std::size_t connections() const;

  void finished(Connection& connection) override;
  void will_flush(Session& session) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace quorate::net
