#include "server/net/websocket.h"

#include <array>
#include <string>
#include <utility>

#include <boost/beast/http/rfc7230.hpp>
#include <openssl/evp.h>

#include "server/net/websocket_frames.h"

namespace quorate::net {
namespace {

bool lists(std::string_view tokens, std::string_view token) {
  boost::beast::http::token_list list{{tokens.data(), tokens.size()}};
  return list.exists({token.data(), token.size()});
}

// Sec-WebSocket-Accept (RFC 6455 §4.2.2).
std::string accept_key(std::string_view key) {
  const std::string text = std::string{key} + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr) != 1) {
    return {};
  }
  std::string out(4 * ((size + 2) / 3) + 1, '\0');  // with a zero behind it
  out.resize(static_cast<std::size_t>(EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                                      digest.data(), static_cast<int>(size))));
  return out;
}

std::string answer_to(const RequestHead& head) {
  std::string out =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Accept: ";
  out += accept_key(head.headers->find("sec-websocket-key"));
  // The only one we know carries a token.
  if (head.headers->find("sec-websocket-protocol").starts_with("Bearer")) {
    out += "\r\nSec-WebSocket-Protocol: Bearer";
  }
  return out += "\r\n\r\n";
}

class Websocket;

// What the request behind the WebSocket answers to. Detached when the WebSocket ends.
class LineExchange final : public Exchange {
 public:
  LineExchange(Websocket& websocket, TimerWheel& timers)
      : websocket_{&websocket}, timers_{timers} {}

  void respond(int status, const HeaderLines& headers, std::string body) override;
  void begin(int /*status*/, const HeaderLines& /*headers*/) override {}
  void write(std::string piece) override;
  void finish(const HeaderLines& trailers) override;
  void reset(ResetCode code) override;
  [[nodiscard]] std::size_t unsent_bytes() const override;
  [[nodiscard]] bool is_open() const override { return websocket_ != nullptr; }
  [[nodiscard]] TimerWheel& timers() override { return timers_; }

  void detach() { websocket_ = nullptr; }

 private:
  Websocket* websocket_;
  TimerWheel& timers_;
};

class Websocket final : public Responder, public WebsocketEvents {
 public:
  Websocket(ExchangePtr exchange, WebsocketInput input)
      : exchange_{std::move(exchange)},
        inner_exchange_{new LineExchange{*this, exchange_->timers()}},
        input_{input} {}

  void open(const std::function<ResponderPtr(ExchangePtr)>& open) {
    ResponderPtr inner = open(inner_exchange_);
    if (!inner_exchange_->is_open() || inner == nullptr) return;
    inner_ = inner;
    if (input_ == WebsocketInput::none) inner->on_end();
  }

  // ---- Responder: the connection

  void on_body(std::string_view bytes) override {
    const ResponderPtr self{this};
    if (is_over_ || frames_.put(bytes)) return;
    end(WebsocketClose::protocol_error);
  }
  void on_end() override {}
  void on_writable() override {
    if (const ResponderPtr inner = inner_; inner != nullptr) inner->on_writable();
  }
  void on_cancelled() override {
    is_over_ = true;
    end_inner();
  }
  [[nodiscard]] bool may_last() const override { return true; }

  // ---- WebsocketEvents: the client

  void on_piece(std::string_view piece) override {
    const ResponderPtr inner = inner_;
    if (inner != nullptr && input_ != WebsocketInput::none) inner->on_body(piece);
  }
  void on_message_end() override {
    on_piece("\n");
    if (input_ != WebsocketInput::one) return;
    input_ = WebsocketInput::none;
    if (const ResponderPtr inner = inner_; inner != nullptr) inner->on_end();
  }
  void on_ping(std::string_view payload) override { send(WebsocketOpcode::pong, payload); }
  void on_close(std::string_view payload) override {
    if (payload.size() == 1) return end(WebsocketClose::protocol_error);
    send(WebsocketOpcode::close, payload.substr(0, 2));  // its code
    end();
  }

  // ---- For the inner exchange

  void take(std::string_view piece) {
    while (!piece.empty()) {
      const auto end = piece.find('\n');
      if (end == std::string_view::npos) {
        rest_ += piece;
        return;
      }
      take_line(piece.substr(0, end));
      piece.remove_prefix(end + 1);
    }
  }
  // The answer is complete.
  void finished() {
    take_line({});
    inner_ = nullptr;
    end(WebsocketClose::normal);
  }
  void end(WebsocketClose why) {
    std::string frame;
    append_websocket_close(why, frame);
    if (!is_over_) exchange_->write(std::move(frame));
    end();
  }
  [[nodiscard]] std::size_t unsent() const { return exchange_->unsent_bytes() + rest_.size(); }

 private:
  void send(WebsocketOpcode opcode, std::string_view payload) {
    if (is_over_) return;
    std::string frame;
    append_websocket_frame(opcode, payload, frame);
    exchange_->write(std::move(frame));
  }
  void take_line(std::string_view line) {
    if (!rest_.empty()) {
      rest_ += line;
      send(WebsocketOpcode::text, std::exchange(rest_, {}));
    } else if (!line.empty()) {
      send(WebsocketOpcode::text, line);
    }
  }
  void end() {
    if (std::exchange(is_over_, true)) return;
    end_inner();
    const ResponderPtr self{this};  // the session forgets it
    exchange_->finish({});
  }
  void end_inner() {
    inner_exchange_->detach();
    if (inner_ != nullptr) std::exchange(inner_, nullptr)->on_cancelled();
  }

  ExchangePtr exchange_;
  boost::intrusive_ptr<LineExchange> inner_exchange_;
  ResponderPtr inner_;    // null once its answer is complete or the client has gone
  WebsocketInput input_;  // what is still to come
  WebsocketFrames frames_{*this};
  std::string rest_;  // a line whose end is to come
  bool is_over_ = false;
};

void LineExchange::respond(int /*status*/, const HeaderLines& /*headers*/, std::string body) {
  if (!is_open()) return;
  websocket_->take(body);
  websocket_->finished();
}
void LineExchange::write(std::string piece) {
  if (is_open()) websocket_->take(piece);
}
void LineExchange::finish(const HeaderLines& /*trailers*/) {
  if (is_open()) websocket_->finished();
}
void LineExchange::reset(ResetCode /*code*/) {
  if (is_open()) websocket_->end(WebsocketClose::normal);
}
std::size_t LineExchange::unsent_bytes() const {
  return websocket_ == nullptr ? 0 : websocket_->unsent();
}

}  // namespace

bool asks_for_websocket(const RequestHead& head) {
  return head.method == "GET" && lists(head.headers->find("connection"), "upgrade") &&
         lists(head.headers->find("upgrade"), "websocket");
}

ResponderPtr open_websocket(const RequestHead& head, ExchangePtr exchange, WebsocketInput input,
                            const std::function<ResponderPtr(ExchangePtr)>& open) {
  const bool is_known = head.headers->find("sec-websocket-version") == "13";
  if (!is_known || head.headers->find("sec-websocket-key").empty()) return nullptr;
  if (!exchange->take_over()) return nullptr;
  exchange->write(answer_to(head));
  const boost::intrusive_ptr<Websocket> websocket{new Websocket{std::move(exchange), input}};
  websocket->open(open);
  return websocket;
}

}  // namespace quorate::net
