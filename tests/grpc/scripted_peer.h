// A server on a loopback port that does what a test tells it to, in the test's own loop.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "common/event_loop.h"
#include "tests/grpc/h2_server.h"

namespace quorate::test {

class ScriptedPeer {
 public:
  // One client's connection. Lives until the peer does.
  class Session {
   public:
    virtual ~Session() = default;
    [[nodiscard]] virtual H2Server& h2() = 0;
    virtual void flush() = 0;                           // after h2() was told something
    virtual void send_raw(std::string_view bytes) = 0;  // past HTTP/2
    virtual void close() = 0;
  };

  // Whether the peer speaks HTTP/2 by itself, or only listens and says what it is told.
  enum class Voice : std::uint8_t { http2, silent };

  explicit ScriptedPeer(EventLoop& loop, Voice voice = Voice::http2);
  // Listens on a unix socket instead.
  ScriptedPeer(EventLoop& loop, const std::string& path);
  ~ScriptedPeer();

  [[nodiscard]] std::string endpoint() const;  // "127.0.0.1:PORT" or "unix://PATH"
  std::function<void(Session&)> on_connect;
  [[nodiscard]] int connections() const;  // so far
  void close_sessions();
  void stop_listening();

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared with the operations under way
};

}  // namespace quorate::test
