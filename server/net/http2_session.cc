#include "server/net/http2_session.h"

#include <array>
#include <chrono>
#include <string>

#include <nghttp2/nghttp2.h>

#include "common/ensure.h"
#include "server/net/http2_head.h"
#include "server/net/http2_stream.h"

namespace quorate::net {
namespace {

using Steady = std::chrono::steady_clock;

std::string_view view(const std::uint8_t* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

class Http2Session final : public Session, public Http2Link {
 public:
  Http2Session(SessionOwner& owner, Transport& transport, const Peer& peer,
               Application& application, const Limits& limits, TimerWheel& timers)
      : owner_{owner},
        transport_{transport},
        peer_{peer},
        application_{application},
        limits_{limits},
        timers_{timers} {
    open();
    arm_keepalive(limits_.keepalive_interval);
  }
  ~Http2Session() override { close_session(); }

  // ---- TransportUser

  void on_bytes(std::string_view bytes) override {
    if (session_ == nullptr || is_broken_) return;
    last_heard_ = Steady::now();
    const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
    if (nghttp2_session_mem_recv(session_, data, bytes.size()) < 0) is_broken_ = true;
    watch_head();
    if (is_blocked_ && (ahead_ += bytes.size()) > limits_.ahead_bytes_max) {
      transport_.pause_reading();
    }
    output_waits();
  }
  void on_writable() override {
    is_blocked_ = false;
    output_waits();
  }
  void on_closed(const std::string& /*why*/) override {
    close_session();
    owner_.finished(*this);
  }

  // ---- Session

  void flush() override {
    clear_dirty();
    while (session_ != nullptr && !is_blocked_) {
      fill_output();
      if (output_.size() == sent_) break;
      send_output();
    }
    if (session_ == nullptr) return;
    if (is_over()) return end();
    if (!is_blocked_ && std::exchange(ahead_, 0) > limits_.ahead_bytes_max) {
      transport_.resume_reading();
    }
    if ((unsent_ > 0 || is_blocked_) && !stall_.is_armed()) arm_stall();
    tell_writers();
  }

  void drain() override {
    if (session_ == nullptr || is_draining_) return;
    is_draining_ = true;
    nghttp2_submit_goaway(session_, NGHTTP2_FLAG_NONE,
                          nghttp2_session_get_last_proc_stream_id(session_), NGHTTP2_NO_ERROR,
                          nullptr, 0);
    output_waits();
  }

  // ---- Http2Link

  nghttp2_session* raw() override { return session_; }
  void output_waits() override { mark_dirty(owner_); }
  void backlog_left(Http2Stream& stream) override { writers_.emplace_back(&stream); }
  TimerWheel& timers() override { return timers_; }
  void count_unsent(std::ptrdiff_t change) override {
    unsent_ += static_cast<std::size_t>(change);
    application_.load.unsent_bytes += static_cast<std::size_t>(change);
  }

 private:
  // ---- What nghttp2 reports

  int begin_headers(const nghttp2_frame& frame) {
    if (frame.hd.type != NGHTTP2_HEADERS || frame.headers.cat != NGHTTP2_HCAT_REQUEST) return 0;
    building_.begin(frame.hd.stream_id);
    return 0;
  }

  int header(const nghttp2_frame& frame, std::string_view name, std::string_view value) {
    if (frame.hd.type != NGHTTP2_HEADERS || frame.headers.cat != NGHTTP2_HCAT_REQUEST) return 0;
    building_.add(name, value);
    if (building_.bytes() <= limits_.header_bytes_max) return 0;
    building_.abandon();
    return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  }

  int frame_received(const nghttp2_frame& frame) {
    switch (frame.hd.type) {
      case NGHTTP2_HEADERS:
        if (frame.headers.cat == NGHTTP2_HCAT_REQUEST) head_complete(frame.hd.stream_id);
        [[fallthrough]];
      case NGHTTP2_DATA:
        if ((frame.hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) remote_ended(frame.hd.stream_id);
        break;
      case NGHTTP2_PING:
        if ((frame.hd.flags & NGHTTP2_FLAG_ACK) == 0) ping_received();
        break;
      default:
        break;
    }
    return 0;
  }

  void head_complete(std::int32_t id) {
    if (!building_.finish()) {
      nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, id, NGHTTP2_PROTOCOL_ERROR);
      return;
    }
    if (application_.load.streams >= limits_.all_streams_max) {
      nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, id, NGHTTP2_REFUSED_STREAM);
      return;
    }
    ++application_.load.streams;
    auto* stream = new Http2Stream{*this, id};
    intrusive_ptr_add_ref(static_cast<Exchange*>(stream));  // released in stream_closed
    streams_.push_back(*stream);
    nghttp2_session_set_stream_user_data(session_, id, stream);

    RequestHead head = building_.request();
    head.peer = &peer_;
    stream->set_responder(application_.open(head, stream));
    building_.shrink();
  }

  Http2Stream* stream_of(std::int32_t id) {
    return static_cast<Http2Stream*>(nghttp2_session_get_stream_user_data(session_, id));
  }

  void remote_ended(std::int32_t id) {
    Http2Stream* stream = stream_of(id);
    if (stream == nullptr) return;
    stream->remote_ended();
    const ResponderPtr responder{stream->responder()};
    if (responder != nullptr) responder->on_end();
  }

  int data_received(std::int32_t id, std::string_view bytes) {
    Http2Stream* stream = stream_of(id);
    if (stream == nullptr) return 0;
    const ResponderPtr responder{stream->responder()};
    if (responder != nullptr) responder->on_body(bytes);
    return 0;
  }

  int frame_sent(const nghttp2_frame& frame) {
    if (frame.hd.type != NGHTTP2_HEADERS && frame.hd.type != NGHTTP2_DATA) return 0;
    ping_strikes_ = 0;
    if ((frame.hd.flags & NGHTTP2_FLAG_END_STREAM) == 0) return 0;
    Http2Stream* stream = stream_of(frame.hd.stream_id);
    if (stream != nullptr && !stream->is_remote_ended()) {
      // The answer is complete: whatever the client still sends is not wanted (RFC 9113 §8.1).
      nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, frame.hd.stream_id, NGHTTP2_NO_ERROR);
    }
    return 0;
  }

  // An answer's head or trailers that are too long for the protocol: the client must not wait.
  int frame_not_sent(const nghttp2_frame& frame) {
    if (frame.hd.type != NGHTTP2_HEADERS) return 0;
    if (Http2Stream* stream = stream_of(frame.hd.stream_id); stream != nullptr) {
      stream->reset(ResetCode::internal_error);
    }
    return 0;
  }

  int stream_closed(std::int32_t id) {
    if (id == building_.stream()) building_.abandon();
    if (Http2Stream* stream = stream_of(id); stream != nullptr) forget(*stream);
    return 0;
  }

  void forget(Http2Stream& stream) {
    streams_.erase(streams_.iterator_to(stream));
    --application_.load.streams;
    stream.closed();
    intrusive_ptr_release(static_cast<Exchange*>(&stream));
  }

  void ping_received();
  void go_away(std::uint32_t code, std::string_view why);  // and ends the connection

  // ---- Set-up

  void open();
  static void set_callbacks(nghttp2_session_callbacks* callbacks);
  static Http2Session& self(void* user) { return *static_cast<Http2Session*>(user); }

  void arm_keepalive(std::chrono::nanoseconds after) {
    timers_.arm(keepalive_, after, [this] { keepalive_due(); });
  }
  void keepalive_due();
  void arm_stall() {
    timers_.arm(stall_, limits_.answer_timeout, [this] { reset_stalled(); });
  }
  void reset_stalled();
  void watch_head();
  void head_due();

  // ---- Output

  void fill_output() {
    while (output_.size() - sent_ < limits_.output_bytes_max) {
      const std::uint8_t* frame = nullptr;
      const auto size = nghttp2_session_mem_send(session_, &frame);
      if (size < 0) is_broken_ = true;
      if (size <= 0) return;
      output_.append(view(frame, static_cast<std::size_t>(size)));
    }
  }

  void send_output() {
    const std::size_t taken = transport_.write(std::string_view{output_}.substr(sent_));
    sent_ += taken;
    if (taken > 0) takes_ = true;
    if (sent_ < output_.size()) {
      is_blocked_ = true;
      return;
    }
    // A burst's buffer is not kept by a connection that has become quiet.
    if (output_.capacity() > limits_.output_bytes_max * 2) std::string{}.swap(output_);
    output_.clear();
    sent_ = 0;
  }

  void tell_writers() {
    if (writers_.empty()) return;
    std::vector<boost::intrusive_ptr<Http2Stream>> writers;
    writers.swap(writers_);
    for (const auto& stream : writers) {
      const ResponderPtr responder{stream->responder()};
      if (responder != nullptr) responder->on_writable();
    }
  }

  [[nodiscard]] bool is_over() const {
    // Who takes nothing is not told why.
    if (is_broken_) return true;
    if (is_blocked_) return false;
    const bool is_done =
        nghttp2_session_want_read(session_) == 0 && nghttp2_session_want_write(session_) == 0;
    return is_done || (is_draining_ && streams_.empty());
  }

  void end() {
    close_session();
    transport_.shutdown();
    owner_.finished(*this);
  }

  // Ends every stream, so that answerers stop. Harmless when called again.
  void close_session() {
    if (session_ == nullptr) return;
    keepalive_.disarm();
    stall_.disarm();
    head_deadline_.disarm();
    nghttp2_session* session = session_;
    session_ = nullptr;
    while (!streams_.empty()) forget(streams_.front());
    nghttp2_session_del(session);
  }

  SessionOwner& owner_;
  Transport& transport_;
  const Peer& peer_;
  Application& application_;
  const Limits& limits_;
  TimerWheel& timers_;
  nghttp2_session* session_ = nullptr;
  Http2Head building_;
  boost::intrusive::list<Http2Stream> streams_;             // each holds a reference
  std::vector<boost::intrusive_ptr<Http2Stream>> writers_;  // to be told on_writable
  std::string output_;                                      // frames made; sent up to sent_
  std::size_t sent_ = 0;
  bool is_blocked_ = false;  // the socket takes nothing now
  bool is_broken_ = false;   // the client broke the protocol: send what explains it, then close
  bool is_draining_ = false;
  std::size_t ahead_ = 0;   // received while blocked
  std::size_t unsent_ = 0;  // of all streams
  bool takes_ = false;      // the socket took something
  Timer stall_;             // armed while there are unsent bytes
  Timer head_deadline_;     // armed while a header block is under way
  Timer keepalive_;
  Steady::time_point last_heard_ = Steady::now();
  Steady::time_point last_ping_{};
  int ping_strikes_ = 0;
  bool awaits_pong_ = false;
};

void Http2Session::set_callbacks(nghttp2_session_callbacks* callbacks) {
  nghttp2_session_callbacks_set_on_begin_headers_callback(
      callbacks, [](nghttp2_session*, const nghttp2_frame* frame, void* user) {
        return self(user).begin_headers(*frame);
      });
  nghttp2_session_callbacks_set_on_header_callback(
      callbacks, [](nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                    std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                    std::uint8_t, void* user) {
        return self(user).header(*frame, view(name, name_size), view(value, value_size));
      });
  nghttp2_session_callbacks_set_on_frame_recv_callback(
      callbacks, [](nghttp2_session*, const nghttp2_frame* frame, void* user) {
        return self(user).frame_received(*frame);
      });
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(
      callbacks,
      [](nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* data,
         std::size_t size, void* user) { return self(user).data_received(id, view(data, size)); });
  nghttp2_session_callbacks_set_on_frame_send_callback(
      callbacks, [](nghttp2_session*, const nghttp2_frame* frame, void* user) {
        return self(user).frame_sent(*frame);
      });
  nghttp2_session_callbacks_set_on_frame_not_send_callback(
      callbacks, [](nghttp2_session*, const nghttp2_frame* frame, int, void* user) {
        return self(user).frame_not_sent(*frame);
      });
  nghttp2_session_callbacks_set_on_stream_close_callback(
      callbacks, [](nghttp2_session*, std::int32_t id, std::uint32_t, void* user) {
        return self(user).stream_closed(id);
      });
}

void Http2Session::open() {
  nghttp2_session_callbacks* callbacks = nullptr;
  nghttp2_option* options = nullptr;
  ENSURE(nghttp2_session_callbacks_new(&callbacks) == 0);
  ENSURE(nghttp2_option_new(&options) == 0);
  set_callbacks(callbacks);
  // The rules of HTTP are Http2Head's.
  nghttp2_option_set_no_http_messaging(options, 1);
  // Closed streams would be kept for priorities, which gRPC does not use.
  nghttp2_option_set_no_closed_streams(options, 1);
  // The library cuts off who resets more than 33 streams a second. Calls whose deadline has passed
  // are such streams, and they come in crowds when a cluster is in trouble; here each costs little.
  constexpr std::uint64_t kResetsAtOnce = 10'000;
  constexpr std::uint64_t kResetsPerSecond = 1'000;
  nghttp2_option_set_stream_reset_rate_limit(options, kResetsAtOnce, kResetsPerSecond);
  ENSURE(nghttp2_session_server_new2(&session_, callbacks, this, options) == 0);
  nghttp2_option_del(options);
  nghttp2_session_callbacks_del(callbacks);

  const std::array<nghttp2_settings_entry, 3> settings{{
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, limits_.stream_window_bytes},
      {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, static_cast<std::uint32_t>(limits_.header_bytes_max)},
      {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits_.streams_max},
  }};
  nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings.data(), settings.size());
  nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0,
                                        static_cast<std::int32_t>(limits_.connection_window_bytes));
  output_waits();
}

// Clients that ping too often are cut off, as gRPC prescribes (proposal A8): the third offence
// since data was last sent ends the connection.
void Http2Session::ping_received() {
  const auto now = Steady::now();
  const auto least = streams_.empty() ? std::chrono::milliseconds{std::chrono::hours{2}}
                                      : limits_.ping_interval_min;
  const bool is_too_soon = last_ping_ != Steady::time_point{} && now - last_ping_ < least;
  last_ping_ = now;
  if (!is_too_soon || ++ping_strikes_ <= 2) return;
  go_away(NGHTTP2_ENHANCE_YOUR_CALM, "too_many_pings");
}

void Http2Session::go_away(std::uint32_t code, std::string_view why) {
  nghttp2_submit_goaway(session_, NGHTTP2_FLAG_NONE,
                        nghttp2_session_get_last_proc_stream_id(session_), code,
                        reinterpret_cast<const std::uint8_t*>(why.data()), why.size());
  is_broken_ = true;
}

void Http2Session::keepalive_due() {
  const auto silent = Steady::now() - last_heard_;
  if (silent < limits_.keepalive_interval) {
    awaits_pong_ = false;
    return arm_keepalive(limits_.keepalive_interval - silent);
  }
  if (awaits_pong_) {
    is_broken_ = true;
  } else {
    awaits_pong_ = true;
    nghttp2_submit_ping(session_, NGHTTP2_FLAG_NONE, nullptr);
    arm_keepalive(limits_.keepalive_timeout);
  }
  output_waits();
}

// A complete answer of which nothing was taken for a whole period makes room for others'; and a
// client without requests who does not even take what ends its connection is not waited for.
void Http2Session::reset_stalled() {
  const bool takes = std::exchange(takes_, false);
  if (is_blocked_ && !takes && streams_.empty()) is_broken_ = true;
  for (Http2Stream& stream : streams_) {
    if (stream.is_stalled()) stream.reset(ResetCode::cancel);
  }
  output_waits();
}

// A header block is nothing a client thinks about: it arrives at once, or the client is slow on
// purpose. Only blocks that take more than one read are timed.
void Http2Session::watch_head() {
  if (building_.stream() == 0) {
    head_deadline_.disarm();
  } else if (!head_deadline_.is_armed()) {
    timers_.arm(head_deadline_, limits_.header_timeout, [this] { head_due(); });
  }
}

void Http2Session::head_due() {
  go_away(NGHTTP2_ENHANCE_YOUR_CALM, "header block not received in time");
  output_waits();
}

}  // namespace

std::unique_ptr<Session> make_http2_session(SessionOwner& owner, Transport& transport,
                                            const Peer& peer, Application& application,
                                            const Limits& limits, TimerWheel& timers) {
  return std::make_unique<Http2Session>(owner, transport, peer, application, limits, timers);
}

}  // namespace quorate::net
