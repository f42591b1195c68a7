// What all calls of the JSON gateway share, whatever form their answers have.
#pragma once

#include <chrono>
#include <string>

#include "server/api/call.h"
#include "server/api/method.h"
#include "server/net/http.h"
#include "server/net/timer_wheel.h"

namespace quorate::api {

inline constexpr net::HeaderLine kGatewayJson{"content-type", "application/json"};
inline constexpr net::HeaderLine kGatewayGrpc{"grpc-metadata-content-type", "application/grpc"};

[[nodiscard]] CallContext gateway_context(const net::RequestHead& head);

// Home: its loop.
class GatewayCall : public Call {
 public:
  GatewayCall(const Route& route, net::ExchangePtr exchange, CallContext context);

  [[nodiscard]] bool is_open() const override { return !is_closed_ && exchange_->is_open(); }
  [[nodiscard]] bool is_backlogged() const override {
    return exchange_->unsent_bytes() >= net::Exchange::kBacklogBytes;
  }

  // ---- For the responder

  void set_deadline(std::chrono::nanoseconds after);
  void writable() { notify_writable(); }
  void gone();  // the client is

 protected:
  [[nodiscard]] net::Exchange& exchange() { return *exchange_; }
  // Ends the exchange. Requires: nothing was sent.
  void respond_error(const Error& error);
  // The reply as JSON. False when it is no such message: the call has failed then.
  [[nodiscard]] bool append_answer(Reply reply, std::string& out);
  void close(Code code);

 private:
  const Route& route_;
  net::ExchangePtr exchange_;
  net::Timer deadline_;
  bool is_closed_ = false;
};

}  // namespace quorate::api
