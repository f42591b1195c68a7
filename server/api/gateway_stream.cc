#include "server/api/gateway_stream.h"

#include <limits>
#include <memory>
#include <string>
#include <utility>

#include <google/protobuf/message.h>

#include "common/ensure.h"
#include "common/grpc/frame.h"
#include "common/json/gateway_error.h"
#include "common/json/message_json.h"
#include "server/api/dispatch.h"
#include "server/api/gateway_reply.h"
#include "server/api/services.h"

namespace quorate::api {
namespace {

class StreamCall final : public GatewayCall {
 public:
  using GatewayCall::GatewayCall;

  void send(Reply reply) override {
    if (!is_open()) return;
    std::string line = "{\"result\":";
    if (!append_answer(std::move(reply), line)) return;
    line += "}\n";
    begin();
    exchange().write(std::move(line));
  }

  void send_frames(std::vector<std::string> pieces, std::size_t /*messages*/) override {
    grpc::FrameSplitter splitter{std::numeric_limits<std::uint32_t>::max()};
    for (const auto& piece : pieces) {
      const Status is_sound =
          splitter.feed(piece, [this](const grpc::Frame& frame) { send(Reply{frame.message}); });
      ENSURE(is_sound);
    }
  }

  void finish() override {
    if (!is_open()) return;
    // Without a message there is nothing to say of its form.
    if (!std::exchange(is_begun_, true)) exchange().begin(200, {kGatewayJson});
    exchange().finish({});
    close(Code::ok);
  }

  void fail(const Error& error) override {
    if (!is_open()) return;
    if (is_begun_) {
      exchange().write(gateway_stream_error_body(error));
      exchange().finish({});
    } else {
      respond_error(error);
    }
    close(error.code);
  }

 private:
  void begin() {
    if (std::exchange(is_begun_, true)) return;
    exchange().begin(200, {kGatewayJson, kGatewayGrpc});
  }

  bool is_begun_ = false;
};

class StreamResponder final : public net::Responder {
 public:
  StreamResponder(const GrpcContext& context, const Route& route, const net::RequestHead& head,
                  const net::ExchangePtr& exchange)
      : context_{context},
        method_{route.method},
        call_{new StreamCall{route, exchange, gateway_context(head)}},
        values_{context.message_bytes_max * 4} {
    context_.services.lasting.add(*call_);
    if (method_.kind == MethodKind::bidi_stream) {
      stream_ = method_.open(context_.services, call_);
    }
  }

  void on_body(std::string_view bytes) override {
    if (!call_->is_open()) return;
    values_.append(bytes);
    take_values();
  }
  void on_end() override {
    values_.finish();
    take_values();
  }
  [[nodiscard]] bool may_last() const override { return call_->is_lasting(); }
  void on_writable() override { call_->writable(); }
  void on_cancelled() override { call_->gone(); }

 private:
  void take_values() {
    while (call_->is_open() && !is_ended_) {
      std::unique_ptr<google::protobuf::Message> request{method_.request().New()};
      const auto next = values_.next(*request);
      if (!next) return refuse(next.error());
      if (*next == JsonStream::Next::more) return;
      if (*next == JsonStream::Next::end) return end_of_values();
      is_begun_ = true;
      take(request->SerializeAsString());
    }
  }

  // What cannot be read ends a stream as its end would, unless it is the very first: so etcd.
  void refuse(const Error& error) {
    if (is_begun_ && stream_ != nullptr) {
      is_ended_ = true;
      return stream_->on_half_close();
    }
    call_->end({stream_ == nullptr ? Code::invalid_argument : Code::unknown, error.message});
  }

  // A server's stream has one request; an empty body stands for an empty one.
  void take(const std::string& message) {
    if (stream_ != nullptr) return stream_->on_message(message);
    if (!std::exchange(is_handled_, true)) dispatch(method_, context_.services, call_, message);
  }
  void end_of_values() {
    if (stream_ != nullptr) return stream_->on_half_close();
    take({});
  }

  const GrpcContext& context_;
  const Method& method_;
  boost::intrusive_ptr<StreamCall> call_;
  JsonStream values_;
  std::unique_ptr<StreamHandler> stream_;
  bool is_handled_ = false;
  bool is_begun_ = false;  // a request was read
  bool is_ended_ = false;  // nothing more is
};

}  // namespace

net::ResponderPtr open_gateway_stream(const GrpcContext& context, const Route& route,
                                      const net::RequestHead& head, net::ExchangePtr exchange) {
  return new StreamResponder{context, route, head, exchange};
}

}  // namespace quorate::api
