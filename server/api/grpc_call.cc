#include "server/api/grpc_call.h"

#include <limits>
#include <string>
#include <utility>

#include "common/ensure.h"
#include "common/grpc/frame.h"
#include "common/grpc/status.h"
#include "server/api/dispatch.h"
#include "server/api/services.h"
#include "server/metrics/metrics.h"

namespace quorate::api {
namespace {

// What is shorter has passed before anything can be done.
constexpr std::chrono::microseconds kTimeoutMin{1};

constexpr net::HeaderLine kContentType{"content-type", "application/grpc"};

bool is_grpc_content(std::string_view type) {
  constexpr std::string_view kBase = "application/grpc";
  if (type.substr(0, kBase.size()) != kBase) return false;
  return type.size() == kBase.size() || type[kBase.size()] == '+' || type[kBase.size()] == ';';
}

// What a client sent comes back in parts of the answer's head, which has its limits.
constexpr std::size_t kContentTypeBytesMax = 256;
constexpr std::size_t kMessageBytesMax = 4096;

std::string message_line(std::string_view message) {
  return grpc::percent_encode(message.substr(0, kMessageBytesMax));
}

// A subtype in the request comes back in the answer: "application/grpc;x" as "application/grpc+x".
std::string answer_type(std::string_view request_type) {
  std::string type{kContentType.value};
  const std::size_t base = type.size();
  if (request_type.size() > kContentTypeBytesMax) return type;
  if (request_type.size() > base + 1) type.append("+").append(request_type.substr(base + 1));
  return type;
}

CallContext context_of(const net::RequestHead& head) {
  CallContext context;
  context.token = head.headers->find("token");
  if (context.token.empty()) context.token = head.headers->find("authorization");
  context.needs_leader = head.headers->find("hasleader") == "true";
  context.common_name = head.peer->common_name;
  return context;
}

class GrpcCall final : public Call {
 public:
  GrpcCall(const GrpcContext& grpc, const Route& route, net::ExchangePtr exchange,
           const net::RequestHead& head)
      : grpc_{grpc},
        route_{route},
        exchange_{std::move(exchange)},
        content_type_{answer_type(head.headers->find("content-type"))} {
    context_ = context_of(head);
    route_.counters.started->add();
    const bool is_unary = route_.method.kind == MethodKind::unary;
    if (!is_unary) grpc_.services.lasting.add(*this);
    grpc_.metrics.server
        .client_request(is_unary ? "unary" : "stream", head.headers->find("client-api-version"))
        .add();
  }

  // ---- Call

  void send(Reply reply) override {
    if (!is_open()) return;
    if (reply.size() > kAnswerBytesMax)
      return fail(answer_too_large(reply.size(), kAnswerBytesMax));
    begin();
    route_.counters.msg_sent->add();
    for (auto& piece : reply.take_framed()) {
      grpc_.metrics.network.client_grpc_sent_bytes.add(piece.size());
      exchange_->write(std::move(piece));
    }
    if (route_.method.kind == MethodKind::unary) finish();
  }

  void send_frames(std::vector<std::string> pieces, std::size_t messages) override {
    if (!is_open()) return;
    begin();
    route_.counters.msg_sent->add(messages);
    for (auto& piece : pieces) {
      grpc_.metrics.network.client_grpc_sent_bytes.add(piece.size());
      exchange_->write(std::move(piece));
    }
  }

  void finish() override {
    if (is_open()) end_with({Code::ok, {}});
  }

  void fail(const Error& error) override {
    if (is_open()) end_with(error);
  }

  [[nodiscard]] bool is_open() const override { return !is_closed_ && exchange_->is_open(); }
  [[nodiscard]] bool is_backlogged() const override {
    return exchange_->unsent_bytes() >= net::Exchange::kBacklogBytes;
  }

  // ---- For the responder

  void set_deadline(std::chrono::nanoseconds after) {
    exchange_->timers().arm(deadline_, after, [this] {
      end({Code::deadline_exceeded, "context deadline exceeded"});
    });
  }
  // Until the request is complete. Reset, so that the client does not take it for an answer.
  void set_body_deadline(std::chrono::nanoseconds after) {
    exchange_->timers().arm(body_deadline_, after, [this] {
      const CallPtr self{this};
      exchange_->reset(net::ResetCode::cancel);
      gone();
    });
  }
  void body_complete() { body_deadline_.disarm(); }
  void writable() { notify_writable(); }
  void gone() {
    const CallPtr self{this};
    const auto cancel = take_cancelled();
    close(Code::cancelled);
    if (cancel) cancel();
  }

 private:
  static constexpr std::size_t kAnswerBytesMax = std::numeric_limits<std::int32_t>::max();

  void begin() {
    if (std::exchange(is_begun_, true)) return;
    exchange_->begin(200, {{"content-type", content_type_}});
  }

  // With trailers or, when nothing came before, with headers alone.
  void end_with(const Error& end) {
    const std::string code = std::to_string(static_cast<int>(end.code));
    const std::string message = message_line(end.message);
    if (is_begun_) {
      exchange_->finish({{"grpc-status", code}, {"grpc-message", message}});
    } else {
      exchange_->respond(
          200, {{"content-type", content_type_}, {"grpc-status", code}, {"grpc-message", message}},
          {});
    }
    close(end.code);
  }

  void close(Code code) {
    if (std::exchange(is_closed_, true)) return;
    route_.counters.handled(code);
    if (route_.counters.handling != nullptr) {
      route_.counters.handling->observe(std::chrono::steady_clock::now() - begun_at_);
    }
    deadline_.disarm();
    body_deadline_.disarm();
    close_down();
  }

  const GrpcContext& grpc_;
  const Route& route_;
  net::ExchangePtr exchange_;
  std::string content_type_;
  std::chrono::steady_clock::time_point begun_at_ = std::chrono::steady_clock::now();
  net::Timer deadline_;
  net::Timer body_deadline_;
  bool is_begun_ = false;
  bool is_closed_ = false;
};

class GrpcResponder final : public net::Responder {
 public:
  GrpcResponder(const GrpcContext& context, const Route& route, const net::RequestHead& head,
                const net::ExchangePtr& exchange)
      : context_{context},
        route_{route},
        exchange_{exchange},
        call_{new GrpcCall{context, route, exchange, head}},
        splitter_{context.message_bytes_max},
        encoding_{head.headers->find("grpc-encoding")} {}

  ~GrpcResponder() override { count_buffered(0); }

  void start(const net::RequestHead& head) {
    if (head.headers->has("grpc-timeout") && !set_deadline(head.headers->find("grpc-timeout"))) {
      return;
    }
    if (route_.method.kind == MethodKind::bidi_stream) {
      stream_ = route_.method.open(context_.services, call_);
    } else {
      call_->set_body_deadline(context_.body_timeout);
    }
  }

  void on_body(std::string_view bytes) override {
    if (!call_->is_open()) return;
    context_.metrics.network.client_grpc_received_bytes.add(bytes.size());
    const Status status = splitter_.feed(bytes, [this](const grpc::Frame& frame) { take(frame); });
    if (!status) return call_->end(status.error());
    count_buffered(splitter_.buffered_bytes());
    if (!context_.services.has_room_for_request(0)) {
      count_buffered(0);
      splitter_ = grpc::FrameSplitter{context_.message_bytes_max};
      call_->end(too_many_requests());
    }
  }

  void on_end() override {
    call_->body_complete();
    if (!call_->is_open()) return;
    if (const Status whole = splitter_.finish(); !whole) return call_->end(whole.error());
    if (stream_ != nullptr) {
      stream_->on_half_close();
    } else if (!is_handled_) {
      call_->end({Code::internal, "EOF"});  // no message at all
    }
  }

  void on_writable() override { call_->writable(); }
  void on_cancelled() override { call_->gone(); }

 private:
  void count_buffered(std::size_t bytes) {
    context_.services.request_bytes += bytes - std::exchange(buffered_bytes_, bytes);
  }

  // False when there is nothing left to do.
  bool set_deadline(std::string_view text) {
    const auto timeout = grpc::parse_timeout(text);
    if (!timeout) {
      exchange_->reset(net::ResetCode::protocol_error);
      call_->gone();
    } else if (*timeout < kTimeoutMin) {
      call_->end({Code::deadline_exceeded, "context deadline exceeded"});
    } else {
      call_->set_deadline(*timeout);
    }
    return call_->is_open();
  }

  void take(const grpc::Frame& frame) {
    if (frame.is_compressed) {
      const Status known = grpc::check_compression(encoding_, false, grpc::Receiver::server);
      return call_->end(known ? Error{Code::internal, "compressed message"} : known.error());
    }
    route_.counters.msg_received->add();
    if (stream_ != nullptr) return stream_->on_message(frame.message);
    if (std::exchange(is_handled_, true)) return;  // unary calls have one message
    call_->body_complete();
    dispatch(route_.method, context_.services, call_, frame.message);
  }

  const GrpcContext& context_;
  const Route& route_;
  net::ExchangePtr exchange_;
  boost::intrusive_ptr<GrpcCall> call_;
  grpc::FrameSplitter splitter_;
  std::string encoding_;
  std::unique_ptr<StreamHandler> stream_;
  std::size_t buffered_bytes_ = 0;  // as the services have counted them
  bool is_handled_ = false;
};

// An answer without a call: the client spoke no gRPC, or asked for what is not there.
void refuse(net::Exchange& exchange, int status, const Error& error) {
  const std::string code = std::to_string(static_cast<int>(error.code));
  const std::string message = message_line(error.message);
  exchange.respond(status, {kContentType, {"grpc-status", code}, {"grpc-message", message}}, {});
}

class Ignore final : public net::Responder {
 public:
  void on_body(std::string_view /*bytes*/) override {}
  void on_end() override {}
  void on_cancelled() override {}
};

}  // namespace

net::ResponderPtr open_grpc(const GrpcContext& context, const net::RequestHead& head,
                            net::ExchangePtr exchange) {
  const std::string_view type = head.headers->find("content-type");
  if (!is_grpc_content(type)) {
    refuse(
        *exchange, 415,
        {Code::invalid_argument, "invalid gRPC request content-type \"" + std::string{type} + '"'});
    return new Ignore;
  }
  if (head.method != "POST") {
    refuse(*exchange, 405,
           {Code::internal, "http2Server.operateHeaders parsed a :method field: " +
                                std::string{head.method} + " which should be POST"});
    return new Ignore;
  }
  const Route* route = head.query.empty() ? context.methods.find_grpc(head.path) : nullptr;
  if (route == nullptr) {
    std::string path{head.path};
    if (!head.query.empty()) path.append("?").append(head.query);
    refuse(*exchange, 200, context.methods.unknown(path));
    return new Ignore;
  }
  boost::intrusive_ptr<GrpcResponder> responder{new GrpcResponder{context, *route, head, exchange}};
  responder->start(head);
  return responder;
}

}  // namespace quorate::api
