#include "server/net/http1_session.h"

#include <array>
#include <charconv>
#include <ctime>
#include <string>

#include "common/ensure.h"
#include "server/net/http1_head.h"
#include "server/net/http1_parser.h"

namespace quorate::net {
namespace {

class Http1Session;

// The answer to the request that is being served.
class Http1Exchange final : public Exchange {
 public:
  Http1Exchange(Http1Session& session, TimerWheel& timers) : session_{&session}, timers_{timers} {}

  void respond(int status, const HeaderLines& headers, std::string body) override;
  void begin(int status, const HeaderLines& headers) override;
  void write(std::string piece) override;
  void finish(const HeaderLines& trailers) override;
  void reset(ResetCode code) override;
  [[nodiscard]] bool take_over() override;
  [[nodiscard]] std::size_t unsent_bytes() const override;
  [[nodiscard]] bool is_open() const override { return session_ != nullptr; }
  [[nodiscard]] TimerWheel& timers() override { return timers_; }

  void detach() { session_ = nullptr; }

 private:
  Http1Session* session_;  // null once the answer is complete or the client is gone
  TimerWheel& timers_;
  bool is_begun_ = false;
};

class Http1Session final : public Session, public Http1Events {
 public:
  Http1Session(SessionOwner& owner, Transport& transport, const Peer& peer,
               Application& application, const Limits& limits, TimerWheel& timers)
      : owner_{owner},
        transport_{transport},
        peer_{peer},
        application_{application},
        limits_{limits},
        timers_{timers},
        parser_{*this, limits.header_bytes_max} {
    arm(limits_.header_timeout);
  }
  ~Http1Session() override { cancel(); }

  // ---- TransportUser

  void on_bytes(std::string_view bytes) override {
    if (is_over_) return;
    if (input_.empty()) {
      input_.append(consume(bytes));
    } else {
      input_.append(bytes);
      consume_input();
    }
    check_input();
    pace_reading();
  }
  // What was asked is still answered, unless the answer may last or the question is cut.
  void on_input_end() override {
    const bool lasts = is_streaming_ || (responder_ != nullptr && responder_->may_last());
    if (lasts || (exchange_ != nullptr && !parser_.is_done())) return on_closed({});
    is_input_ended_ = true;
    mark_dirty(owner_);
  }
  void on_writable() override {
    is_blocked_ = false;
    mark_dirty(owner_);
  }
  void on_closed(const std::string& /*why*/) override {
    cancel();
    owner_.finished(*this);
  }

  // ---- Session

  void flush() override {
    clear_dirty();
    if (is_over_) return;
    send_output();
    if (is_backlogged_ && unsent() < Exchange::kBacklogBytes) {
      is_backlogged_ = false;
      if (responder_ != nullptr) responder_->on_writable();
    }
    if (is_over_) return;
    if (!input_.empty() && !is_held()) consume_input();
    pace_reading();
    if (is_input_ended_ && exchange_ == nullptr && !is_held()) closes_ = true;
    if (closes_ && unsent() == 0) end();
  }

  void drain() override {
    is_draining_ = true;
    if (exchange_ == nullptr) closes_ = true;
    mark_dirty(owner_);
  }

  // ---- Http1Events

  void on_head() override {
    timer_.disarm();
    is_keep_alive_ = parser_.is_keep_alive();
    is_head_request_ = parser_.method() == "HEAD";
    exchange_ = new Http1Exchange{*this, timers_};
    Refusal refusal = check_head(parser_.headers(), version());
    if (refusal.status == 0) refusal = check_target(parser_.method(), parser_.target());
    if (refusal.status != 0) return reject(refusal);
    if (parser_.headers().find("expect") == "100-continue") {
      output_ += "HTTP/1.1 100 Continue\r\n\r\n";
      mark_dirty(owner_);
    }
    const Target target = split_target(parser_.target());
    RequestHead head;
    head.method = parser_.method();
    head.path = target.path;
    head.query = target.query;
    head.authority = target.authority.empty() ? parser_.headers().find("host") : target.authority;
    head.headers = &parser_.headers();
    head.peer = &peer_;
    responder_ = application_.open(head, exchange_);
    if (responder_ != nullptr && responder_->needs_whole_body()) arm(limits_.body_timeout);
  }
  void on_body(std::string_view piece) override {
    const ResponderPtr responder = responder_;
    if (responder != nullptr)
      responder->on_body(piece);
    else
      discarded_ += piece.size();
  }
  void on_request_end() override {
    if (is_raw_) return;
    timer_.disarm();
    const ResponderPtr responder = responder_;
    if (responder != nullptr) responder->on_end();
  }

  // ---- For the exchange

  void head(int status, const HeaderLines& headers, std::string_view framing,
            std::string_view phrase = {}) {
    append_status_line(version(), status, phrase, output_);
    append_fields(headers, output_);
    const std::time_t now = std::time(nullptr);
    if (now != date_second_) {
      date_second_ = now;
      date_ = http_date(now);
    }
    output_.append("Date: ").append(date_).append("\r\n");
    if (!is_keep_alive_ || is_draining_) {
      output_ += "Connection: close\r\n";
    } else if (is_http10()) {
      output_ += "Connection: keep-alive\r\n";
    }
    output_.append(framing).append("\r\n");
    mark_dirty(owner_);
  }
  void body(std::string_view bytes) {
    if (!is_head_request_) output_ += bytes;
    count_unsent();
    if (unsent() >= Exchange::kBacklogBytes) is_backlogged_ = true;
    mark_dirty(owner_);
  }
  // The answer is complete: serve the next request, or close.
  void answered() {
    if (exchange_ != nullptr) exchange_->detach();
    exchange_ = nullptr;
    responder_ = nullptr;
    is_streaming_ = false;
    is_answered_ = true;
    if (!is_keep_alive_ || is_draining_) closes_ = true;
    // A body that nobody wants any more is read to its end, within limits.
    if (!parser_.is_done()) arm(limits_.header_timeout);
    mark_dirty(owner_);
    if (is_parsing_) return;
    take_next();
    consume_input();
  }
  void abort() {
    closes_ = true;
    output_.clear();
    sent_ = 0;
    count_unsent();
    answered();
  }
  [[nodiscard]] bool is_http10() const { return parser_.is_http10(); }
  void begin_stream() {
    is_streaming_ = true;
    if (is_http10()) is_keep_alive_ = false;  // only the end of the connection ends the body
  }
  [[nodiscard]] bool take_over() {
    const Headers& headers = parser_.headers();
    const bool has_body = headers.has("content-length") || headers.has("transfer-encoding");
    if (has_body || is_http10()) return false;
    is_raw_ = true;
    is_streaming_ = true;
    is_keep_alive_ = false;
    return true;
  }
  [[nodiscard]] bool is_raw() const { return is_raw_; }
  [[nodiscard]] std::size_t unsent() const { return output_.size() - sent_; }

 private:
  [[nodiscard]] MinorVersion version() const {
    return is_http10() ? MinorVersion::http10 : MinorVersion::http11;
  }

  static constexpr std::size_t kAheadBytesMax = 64 * 1024;
  static constexpr std::size_t kDiscardBytesMax = 256 * 1024;

  // Nothing is parsed now: the request is complete and its answer is not, the client does not take
  // its answers, or all is over.
  [[nodiscard]] bool is_held() const {
    return closes_ || is_over_ || (parser_.is_done() && !is_raw_) ||
           unsent() >= Exchange::kBacklogBytes;
  }
  // A client that sends ahead of its answers waits.
  void pace_reading() {
    const bool pauses = is_held() && input_.size() >= kAheadBytesMax;
    if (pauses == is_paused_) return;
    is_paused_ = pauses;
    pauses ? transport_.pause_reading() : transport_.resume_reading();
  }
  // The parser bounds heads. Of a body only the lines between chunks and the trailers wait to be
  // complete.
  void check_input() {
    if (is_held() || !parser_.is_head_done() || input_.size() <= kAheadBytesMax) return;
    reject({400, {}, "400 Bad Request"});
    input_ = {};
  }

  // Parses as far as possible and returns the rest.
  std::string_view consume(std::string_view bytes) {
    while (!bytes.empty() && !is_held()) {
      if (is_raw_) {
        on_body(bytes);
        return {};
      }
      if (!has_begun_) begin_request();
      const std::size_t taken = parse(bytes);
      bytes.remove_prefix(taken);
      if (taken == 0) break;
    }
    return bytes;
  }

  void consume_input() {
    std::string input;
    input.swap(input_);
    input_.insert(0, consume(input));
  }

  void begin_request() {
    has_begun_ = true;
    arm(limits_.header_timeout);
  }

  std::size_t parse(std::string_view bytes) {
    is_parsing_ = true;
    const std::size_t taken = parser_.put(bytes);
    is_parsing_ = false;
    switch (parser_.fault()) {
      case Http1Fault::none:
        break;
      case Http1Fault::malformed:
        reject({400, {}, "400 Bad Request"});
        break;
      case Http1Fault::headers_too_large:
        reject({431, {}, "431 Request Header Fields Too Large"});
        break;
    }
    take_next();
    return taken;
  }

  // Makes ready for the next request once this one is complete on both sides.
  void take_next() {
    if (!is_answered_ || closes_) return;
    if (!parser_.is_done()) {
      if (discarded_ > kDiscardBytesMax) closes_ = true;
      return;
    }
    is_answered_ = false;
    has_begun_ = false;
    discarded_ = 0;
    parser_.next_request();
    arm(limits_.idle_timeout);
  }

  void reject(const Refusal& why) {
    is_keep_alive_ = false;
    closes_ = true;
    if (!is_streaming_ && !is_answered_) answer_refusal(why);
    if (exchange_ != nullptr) exchange_->detach();
    exchange_ = nullptr;
    if (responder_ != nullptr) std::exchange(responder_, nullptr)->on_cancelled();
    mark_dirty(owner_);
  }
  void answer_refusal(const Refusal& why) {
    const std::string length = "Content-Length: " + std::to_string(why.body.size()) + "\r\n";
    head(why.status, {{"content-type", "text/plain; charset=utf-8"}}, length, why.phrase);
    output_ += why.body;
  }

  void arm(std::chrono::nanoseconds after) {
    timers_.arm(timer_, after, [this] { timed_out(); });
  }
  // Of what has begun to arrive the rest is missing; a client that is just quiet is not told.
  void timed_out() {
    if (has_begun_ && !parser_.is_done()) return reject({408, {}, "408 Request Timeout"});
    closes_ = true;
    mark_dirty(owner_);
  }
  // Whoever takes nothing of an answer is not waited for, unless it is a stream: that has no end,
  // and its writer stops by itself.
  void watch_output() {
    if (unsent() == 0 || is_streaming_) return stall_.disarm();
    timers_.arm(stall_, limits_.answer_timeout, [this] {
      output_.clear();
      sent_ = 0;
      end();
    });
  }

  void send_output() {
    if (is_blocked_ && !stall_.is_armed()) watch_output();
    if (is_blocked_ || unsent() == 0) return;
    sent_ += transport_.write(std::string_view{output_}.substr(sent_));
    count_unsent();
    if (sent_ < output_.size()) {
      is_blocked_ = true;
      watch_output();
      // What has left is not kept: a long answer passes through.
      if (sent_ >= limits_.output_bytes_max) {
        output_.erase(0, sent_);
        sent_ = 0;
      }
      return;
    }
    if (output_.capacity() > limits_.output_bytes_max * 2) std::string{}.swap(output_);
    output_.clear();
    sent_ = 0;
    stall_.disarm();
  }
  void count_unsent() {
    application_.load.unsent_bytes += unsent() - std::exchange(counted_, unsent());
  }

  void end() {
    cancel();
    transport_.shutdown();
    owner_.finished(*this);
  }

  void cancel() {
    is_over_ = true;
    timer_.disarm();
    stall_.disarm();
    application_.load.unsent_bytes -= std::exchange(counted_, 0);
    if (exchange_ != nullptr) std::exchange(exchange_, nullptr)->detach();
    if (responder_ != nullptr) std::exchange(responder_, nullptr)->on_cancelled();
  }

  SessionOwner& owner_;
  Transport& transport_;
  const Peer& peer_;
  Application& application_;
  const Limits& limits_;
  TimerWheel& timers_;
  Http1Parser parser_;
  std::string input_;   // received and not parsed: the rest of a head, or requests ahead
  std::string output_;  // sent up to sent_
  std::size_t sent_ = 0;
  std::size_t counted_ = 0;  // unsent bytes, as the application's load has them
  boost::intrusive_ptr<Http1Exchange> exchange_;  // null between requests
  ResponderPtr responder_;
  std::size_t discarded_ = 0;  // of a body after its answer
  Timer timer_;
  Timer stall_;  // armed while the socket takes nothing
  std::time_t date_second_ = 0;
  std::string date_;
  bool has_begun_ = false;  // some of a request's head has arrived
  bool is_parsing_ = false;
  bool is_streaming_ = false;    // the answer comes in pieces
  bool is_raw_ = false;          // no HTTP any more
  bool is_input_ended_ = false;  // the client sends no more
  bool is_answered_ = false;     // the answer is complete, the request may not be
  bool is_keep_alive_ = true;
  bool is_head_request_ = false;
  bool is_blocked_ = false;  // the socket takes nothing now
  bool is_backlogged_ = false;
  bool is_paused_ = false;  // nothing is read
  bool is_draining_ = false;
  bool closes_ = false;  // no further request; ends when the output has left
  bool is_over_ = false;
};

void Http1Exchange::respond(int status, const HeaderLines& headers, std::string body) {
  if (!is_open()) return;
  ENSURE(!is_begun_);
  std::array<char, 48> framing{"Content-Length: "};
  char* at = framing.data() + 16;
  at = std::to_chars(at, framing.data() + framing.size() - 2, body.size()).ptr;
  *at++ = '\r';
  *at++ = '\n';
  session_->head(status, headers, {framing.data(), at});
  session_->body(body);
  session_->answered();
}

void Http1Exchange::begin(int status, const HeaderLines& headers) {
  if (!is_open()) return;
  ENSURE(!is_begun_);
  is_begun_ = true;
  session_->begin_stream();
  session_->head(status, headers, session_->is_http10() ? "" : "Transfer-Encoding: chunked\r\n");
}

void Http1Exchange::write(std::string piece) {
  if (!is_open() || piece.empty()) return;
  ENSURE(is_begun_);
  if (session_->is_http10() || session_->is_raw()) return session_->body(piece);
  std::array<char, 20> size;
  char* at = std::to_chars(size.data(), size.data() + 16, piece.size(), 16).ptr;
  *at++ = '\r';
  *at++ = '\n';
  session_->body({size.data(), at});
  session_->body(piece);
  session_->body("\r\n");
}

void Http1Exchange::finish(const HeaderLines& trailers) {
  if (!is_open()) return;
  ENSURE(is_begun_);
  if (!session_->is_http10() && !session_->is_raw()) {
    std::string end = "0\r\n";
    for (const auto& line : trailers) {
      append_canonical_name(line.name, end);
      end.append(": ").append(line.value).append("\r\n");
    }
    end += "\r\n";
    session_->body(end);
  }
  session_->answered();
}

void Http1Exchange::reset(ResetCode /*code*/) {
  if (is_open()) session_->abort();
}

bool Http1Exchange::take_over() {
  if (!is_open() || is_begun_ || !session_->take_over()) return false;
  is_begun_ = true;
  return true;
}

std::size_t Http1Exchange::unsent_bytes() const {
  return session_ == nullptr ? 0 : session_->unsent();
}

}  // namespace

std::unique_ptr<Session> make_http1_session(SessionOwner& owner, Transport& transport,
                                            const Peer& peer, Application& application,
                                            const Limits& limits, TimerWheel& timers) {
  return std::make_unique<Http1Session>(owner, transport, peer, application, limits, timers);
}

}  // namespace quorate::net
