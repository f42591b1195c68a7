// One RPC as a service sees it, whichever way it came in: gRPC or the JSON gateway.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/intrusive/list.hpp>

#include "common/error.h"
#include "server/api/reply.h"
#include "server/auth/identify.h"
#include "server/net/http.h"

namespace quorate::api {

// What came with a call besides its message.
struct CallContext {
  auth::Via via = auth::Via::grpc;
  std::string token;          // metadata "token", else "authorization"
  bool needs_leader = false;  // metadata "hasleader: true"
  std::string common_name;    // of the client's verified certificate
};

// Membership in LastingCalls.
using LastingHook =
    boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

// Home: its loop. Answers are harmless once the client is gone.
class Call : public net::Counted<Call>, public LastingHook {
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
  // As fail(), and whoever works on the answer hears that it is not wanted any more.
  void end(const Error& error) {
    const boost::intrusive_ptr<Call> self{this};
    const auto cancel = take_cancelled();
    fail(error);
    if (cancel) cancel();
  }

  // False once it was answered or the client is gone.
  [[nodiscard]] virtual bool is_open() const = 0;
  // A stream that sends much stops when this is true and goes on when on_writable is called.
  [[nodiscard]] virtual bool is_backlogged() const = 0;

  [[nodiscard]] bool is_lasting() const { return is_linked(); }

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
  // It is answered: breaks the circle of a call and the callbacks that hold it.
  void close_down() {
    unlink();
    cancelled_ = nullptr;
    writable_ = nullptr;
  }

  CallContext context_;

 private:
  std::function<void()> cancelled_;
  std::function<void()> writable_;
};
using CallPtr = boost::intrusive_ptr<Call>;

// The open calls that nobody can wait for when the server stops: streams, and waits for a lock.
class LastingCalls {
 public:
  void add(Call& call) { calls_.push_back(call); }
  void end_all(const Error& error) {
    while (!calls_.empty()) {
      const CallPtr call{&calls_.front()};
      calls_.pop_front();
      call->end(error);
    }
  }

 private:
  boost::intrusive::list<Call, boost::intrusive::base_hook<LastingHook>,
                         boost::intrusive::constant_time_size<false>>
      calls_;
};

// What a service hears of a stream whose client sends more than one message.
class StreamHandler {
 public:
  virtual ~StreamHandler() = default;
  virtual void on_message(std::string_view message) = 0;  // the view ends with the call
  virtual void on_half_close() = 0;                       // the client sends no more
};

}  // namespace quorate::api
