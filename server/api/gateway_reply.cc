#include "server/api/gateway_reply.h"

#include <memory>
#include <utility>

#include <google/protobuf/message.h>

#include "common/json/gateway_error.h"
#include "common/json/message_json.h"
#include "common/parse_message.h"
#include "server/metrics/grpc_metrics.h"

namespace quorate::api {

// "Grpc-Metadata-Token: T" becomes metadata "token"; "Authorization" is passed on as it is.
CallContext gateway_context(const net::RequestHead& head) {
  CallContext context;
  context.via = auth::Via::gateway;
  context.token = head.headers->find("grpc-metadata-token");
  if (context.token.empty()) context.token = head.headers->find("authorization");
  context.needs_leader = head.headers->find("grpc-metadata-hasleader") == "true";
  return context;
}

GatewayCall::GatewayCall(const Route& route, net::ExchangePtr exchange, CallContext context)
    : route_{route}, exchange_{std::move(exchange)} {
  context_ = std::move(context);
  route_.counters.started->add();
  route_.counters.msg_received->add();
}

void GatewayCall::set_deadline(std::chrono::nanoseconds after) {
  exchange_->timers().arm(deadline_, after, [this] {
    end({Code::deadline_exceeded, "context deadline exceeded"});
  });
}

void GatewayCall::gone() {
  const CallPtr self{this};
  const auto cancel = take_cancelled();
  close(Code::cancelled);
  if (cancel) cancel();
}

bool GatewayCall::append_answer(Reply reply, std::string& out) {
  std::unique_ptr<google::protobuf::Message> message{route_.method.response().New()};
  if (!parse_message(reply.take_message(), *message)) {
    fail({Code::internal, "the answer cannot be encoded"});
    return false;
  }
  append_json(*message, out);
  route_.counters.msg_sent->add();
  return true;
}

void GatewayCall::respond_error(const Error& error) {
  net::HeaderLines lines{kGatewayJson};
  // Every 401 says how to do better (RFC 9110 11.6.1); the gateway of etcd repeats the message.
  if (error.code == Code::unauthenticated) lines.push_back({"www-authenticate", error.message});
  exchange_->respond(http_status_of(error.code), lines, gateway_error_body(error));
}

void GatewayCall::close(Code code) {
  if (std::exchange(is_closed_, true)) return;
  route_.counters.handled(code);
  deadline_.disarm();
  close_down();
}

}  // namespace quorate::api
