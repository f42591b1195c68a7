#include "server/api/gateway_call.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>

#include <google/protobuf/message.h>

#include "common/grpc/status.h"
#include "common/json/gateway_error.h"
#include "common/json/message_json.h"
#include "common/parse_message.h"
#include "server/api/services.h"
#include "server/api/text_page.h"
#include "server/metrics/grpc_metrics.h"

namespace quorate::api {
namespace {

constexpr std::array<std::string_view, 3> kPrefixes{"/v3", "/v3beta", "/v3alpha"};
constexpr net::HeaderLine kJson{"content-type", "application/json"};
constexpr net::HeaderLine kGrpcContent{"grpc-metadata-content-type", "application/grpc"};

// What follows the prefix, with its slash; empty when the path is not the gateway's.
std::string_view below_prefix(std::string_view path) {
  for (const auto prefix : kPrefixes) {
    if (path.substr(0, prefix.size()) != prefix) continue;
    const auto rest = path.substr(prefix.size());
    if (!rest.empty() && rest.front() == '/') return rest;
  }
  return {};
}

// "Grpc-Metadata-Token: T" becomes metadata "token"; "Authorization" is passed on as it is.
CallContext context_of(const net::RequestHead& head) {
  CallContext context;
  context.token = head.headers->find("grpc-metadata-token");
  if (context.token.empty()) context.token = head.headers->find("authorization");
  context.needs_leader = head.headers->find("grpc-metadata-hasleader") == "true";
  return context;
}

class GatewayCall final : public Call {
 public:
  GatewayCall(const Route& route, net::ExchangePtr exchange, CallContext context)
      : route_{route}, exchange_{std::move(exchange)} {
    context_ = std::move(context);
    route_.counters.started->add();
    route_.counters.msg_received->add();
  }

  void send(Reply reply) override {
    if (!is_open()) return;
    std::unique_ptr<google::protobuf::Message> message{route_.method.response().New()};
    if (!parse_message(reply.take_message(), *message)) {
      return fail({Code::internal, "the answer cannot be encoded"});
    }
    std::string body;
    append_json(*message, body);
    route_.counters.msg_sent->add();
    exchange_->respond(200, {kJson, kGrpcContent}, std::move(body));
    close(Code::ok);
  }

  void finish() override {}

  void fail(const Error& error) override {
    if (!is_open()) return;
    exchange_->respond(http_status_of(error.code), {kJson}, gateway_error_body(error));
    close(error.code);
  }

  [[nodiscard]] bool is_open() const override { return !is_closed_ && exchange_->is_open(); }
  [[nodiscard]] bool is_backlogged() const override {
    return exchange_->unsent_bytes() >= net::Exchange::kBacklogBytes;
  }

  void set_deadline(std::chrono::nanoseconds after) {
    exchange_->timers().arm(deadline_, after, [this] {
      const CallPtr self{this};
      const auto cancel = take_cancelled();
      fail({Code::deadline_exceeded, "context deadline exceeded"});
      if (cancel) cancel();
    });
  }
  void writable() { notify_writable(); }
  void gone() {
    const CallPtr self{this};
    const auto cancel = take_cancelled();
    close(Code::cancelled);
    if (cancel) cancel();
  }

 private:
  void close(Code code) {
    if (std::exchange(is_closed_, true)) return;
    route_.counters.handled(code);
    deadline_.disarm();
    drop_callbacks();
  }

  const Route& route_;
  net::ExchangePtr exchange_;
  net::Timer deadline_;
  bool is_closed_ = false;
};

class GatewayResponder final : public net::Responder {
 public:
  GatewayResponder(const GrpcContext& context, const Route& route, const net::RequestHead& head,
                   const net::ExchangePtr& exchange)
      : context_{context},
        method_{route.method},
        exchange_{exchange},
        call_{new GatewayCall{route, exchange, context_of(head)}},
        timeout_{head.headers->find("grpc-timeout")} {
    exchange_->timers().arm(body_deadline_, context.body_timeout, [this] { give_up(); });
  }
  ~GatewayResponder() override { context_.services.request_bytes -= body_.size(); }

  void on_body(std::string_view bytes) override {
    // JSON takes at most about twice the room of the message: base64, names, escapes of 6 bytes
    // are all below that for anything that fits the limit.
    if (!call_->is_open()) return;
    const std::size_t size = body_.size() + bytes.size();
    if (size > context_.message_bytes_max * 4) return refuse_size(size);
    if (!context_.services.has_room_for_request(bytes.size())) {
      return call_->fail(too_many_requests());
    }
    body_ += bytes;
    context_.services.request_bytes += bytes.size();
  }

  void on_end() override {
    body_deadline_.disarm();
    if (!call_->is_open()) return;
    if (!timeout_.empty()) {
      const auto timeout = grpc::parse_timeout(timeout_);
      if (!timeout) {
        return call_->fail({Code::invalid_argument, "invalid grpc-timeout: " + timeout_});
      }
      call_->set_deadline(*timeout);
    }
    std::unique_ptr<google::protobuf::Message> request{method_.request().New()};
    if (const Status parsed = parse_json(body_, *request); !parsed) {
      return call_->fail(parsed.error());
    }
    const std::string message = request->SerializeAsString();
    if (message.size() > context_.message_bytes_max) return refuse_size(message.size());
    method_.handle(context_.services, call_, message);
  }

  void on_writable() override { call_->writable(); }
  void on_cancelled() override {
    body_deadline_.disarm();
    call_->gone();
  }

 private:
  void refuse_size(std::size_t size) {
    call_->fail({Code::resource_exhausted, "grpc: received message larger than max (" +
                                               std::to_string(size) + " vs. " +
                                               std::to_string(context_.message_bytes_max) + ")"});
  }

  void give_up() {
    const net::ResponderPtr self{this};
    exchange_->respond(408, {{"content-type", "text/plain; charset=utf-8"}}, "408 Request Timeout");
    call_->gone();
  }

  const GrpcContext& context_;
  const Method& method_;
  net::ExchangePtr exchange_;
  boost::intrusive_ptr<GatewayCall> call_;
  net::Timer body_deadline_;
  std::string timeout_;  // as it came; empty = none
  std::string body_;
};

}  // namespace

bool is_gateway_root(std::string_view path) {
  return std::find(kPrefixes.begin(), kPrefixes.end(), path) != kPrefixes.end();
}

bool is_gateway_path(std::string_view path) {
  return !below_prefix(path).empty();
}

const Route* find_gateway_route(const MethodTable& methods, std::string_view path) {
  return methods.find_http(below_prefix(path));
}

net::ResponderPtr open_gateway(const GrpcContext& context, const net::RequestHead& head,
                               net::ExchangePtr exchange) {
  const Route* route = find_gateway_route(context.methods, head.path);
  if (route == nullptr) return open_text_page(std::move(exchange), 404, "Not Found\n");
  if (head.method != "POST") {
    return open_text_page(std::move(exchange), 405, "Method Not Allowed\n");
  }
  return new GatewayResponder{context, *route, head, exchange};
}

}  // namespace quorate::api
