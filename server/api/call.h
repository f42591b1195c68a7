// One RPC as a service sees it, whichever way it came in: gRPC or the JSON gateway.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/error.h"
#include "server/api/reply.h"
#include "server/net/http.h"

namespace quorate::api {

// What came with a call besides its message.
struct CallContext {
  std::string token;          // metadata "token", else "authorization"
  bool needs_leader = false;  // metadata "hasleader: true"
  std::string common_name;    // of the client's certificate; empty on the gateway
};

// Home: its loop. Answers are harmless once the client is gone.
class Call : public net::Counted<Call> {
 public:
  virtual ~Call() = default;

  [[nodiscard]] const CallContext& context() const { return context_; }

  // The answer of a unary call; any number of messages of a stream.
  virtual void send(Reply reply) = 0;
  // Whole gRPC frames of so many messages, made elsewhere; streams only.
  virtual void send_frames(std::vector<std::string> pieces, std::size_t messages) = 0;
  // Ends a stream well. Unary calls end with send().
  virtual void finish() = 0;
  virtual void fail(const Error& error) = 0;

  // False once it was answered or the client is gone.
  [[nodiscard]] virtual bool is_open() const = 0;
  // A stream that sends much stops when this is true and goes on when on_writable is called.
  [[nodiscard]] virtual bool is_backlogged() const = 0;

  // At most one each, dropped once the call is answered. `cancelled`: the client is gone or its
  // deadline passed; nothing can be answered then.
  void on_cancelled(std::function<void()> callback) { cancelled_ = std::move(callback); }
  void on_writable(std::function<void()> callback) { writable_ = std::move(callback); }

 protected:
  // Taken before the call is closed, run afterwards.
  [[nodiscard]] std::function<void()> take_cancelled() {
    return std::exchange(cancelled_, nullptr);
  }
  void notify_writable() {
    const auto writable = writable_;  // what it does may end the call
    if (writable) writable();
  }
  // Breaks the circle of a call and the callbacks that hold it.
  void drop_callbacks() {
    cancelled_ = nullptr;
    writable_ = nullptr;
  }

  CallContext context_;

 private:
  std::function<void()> cancelled_;
  std::function<void()> writable_;
};
using CallPtr = boost::intrusive_ptr<Call>;

// What a service hears of a stream whose client sends more than one message.
class StreamHandler {
 public:
  virtual ~StreamHandler() = default;
  virtual void on_message(std::string_view message) = 0;  // the view ends with the call
  virtual void on_half_close() = 0;                       // the client sends no more
};

}  // namespace quorate::api
