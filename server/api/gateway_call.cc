#include "server/api/gateway_call.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>

#include <google/protobuf/message.h>

#include "common/grpc/status.h"
#include "common/json/message_json.h"
#include "server/api/dispatch.h"
#include "server/api/gateway_reply.h"
#include "server/api/gateway_stream.h"
#include "server/api/services.h"
#include "server/api/text_page.h"

namespace quorate::api {
namespace {

constexpr std::array<std::string_view, 3> kPrefixes{"/v3", "/v3beta", "/v3alpha"};

// What follows the prefix, with its slash; empty when the path is not the gateway's.
std::string_view below_prefix(std::string_view path) {
  for (const auto prefix : kPrefixes) {
    if (path.substr(0, prefix.size()) != prefix) continue;
    const auto rest = path.substr(prefix.size());
    if (!rest.empty() && rest.front() == '/') return rest;
  }
  return {};
}

// The answer is one JSON value.
class UnaryCall final : public GatewayCall {
 public:
  using GatewayCall::GatewayCall;

  void send(Reply reply) override {
    if (!is_open()) return;
    std::string body;
    if (!append_answer(std::move(reply), body)) return;
    exchange().respond(200, {kGatewayJson, kGatewayGrpc}, std::move(body));
    close(Code::ok);
  }

  void send_frames(std::vector<std::string> /*pieces*/, std::size_t /*messages*/) override {}
  void finish() override {}

  void fail(const Error& error) override {
    if (!is_open()) return;
    respond_error(error);
    close(error.code);
  }
};

class GatewayResponder final : public net::Responder {
 public:
  GatewayResponder(const GrpcContext& context, const Route& route, const net::RequestHead& head,
                   const net::ExchangePtr& exchange)
      : context_{context},
        method_{route.method},
        exchange_{exchange},
        call_{new UnaryCall{route, exchange, gateway_context(head)}},
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
    dispatch(method_, context_.services, call_, message);
  }

  [[nodiscard]] bool may_last() const override { return call_->is_lasting(); }
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
  boost::intrusive_ptr<UnaryCall> call_;
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
  if (route->method.kind != MethodKind::unary) {
    return open_gateway_stream(context, *route, head, std::move(exchange));
  }
  return new GatewayResponder{context, *route, head, exchange};
}

}  // namespace quorate::api
