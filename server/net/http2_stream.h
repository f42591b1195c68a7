// One request on an HTTP/2 connection: what its answerer writes waits here for nghttp2.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <boost/intrusive/list.hpp>
#include <nghttp2/nghttp2.h>

#include "server/net/http.h"

namespace quorate::net {

class Http2Stream;

// What a stream needs from its session. The streams outlive it when an answerer holds them.
class Http2Link {
 public:
  virtual ~Http2Link() = default;
  [[nodiscard]] virtual nghttp2_session* raw() = 0;
  virtual void output_waits() = 0;                     // frames can be made for this connection
  virtual void backlog_left(Http2Stream& stream) = 0;  // its writer may go on
  [[nodiscard]] virtual TimerWheel& timers() = 0;
  // Unsent bytes of its streams came or went.
  virtual void count_unsent(std::ptrdiff_t change) = 0;
};

class Http2Stream final : public Exchange, public boost::intrusive::list_base_hook<> {
 public:
  Http2Stream(Http2Link& link, std::int32_t id) : link_{&link}, id_{id}, timers_{link.timers()} {}

  void respond(int status, const HeaderLines& headers, std::string body) override;
  void begin(int status, const HeaderLines& headers) override;
  void write(std::string piece) override;
  void finish(const HeaderLines& trailers) override;
  void reset(ResetCode code) override;
  [[nodiscard]] std::size_t unsent_bytes() const override { return unsent_; }
  [[nodiscard]] bool is_open() const override { return link_ != nullptr && !is_reset_; }
  [[nodiscard]] TimerWheel& timers() override { return timers_; }

  // ---- For the session

  void set_responder(ResponderPtr responder) { responder_ = std::move(responder); }
  [[nodiscard]] Responder* responder() { return responder_.get(); }
  void remote_ended() { is_remote_ended_ = true; }
  [[nodiscard]] bool is_remote_ended() const { return is_remote_ended_; }
  // Whether a complete answer waits for the client, and has done so since this was last asked.
  [[nodiscard]] bool is_stalled() {
    return !std::exchange(moves_, false) && is_finished_ && unsent_ > 0;
  }
  // nghttp2 has closed the stream: nothing can be sent any more. Tells the responder if the answer
  // was not complete.
  void closed();
  // nghttp2's data source: fills `out`, says how the body goes on in `flags`.
  ssize_t read(std::uint8_t* out, std::size_t room, std::uint32_t& flags);

 private:
  void add(std::string piece);
  void drop_unsent();
  void submit_head(int status, const HeaderLines& headers, bool with_body);
  void submit_trailer();

  Http2Link* link_;  // null once closed
  std::int32_t id_;
  TimerWheel& timers_;
  ResponderPtr responder_;
  std::vector<std::string> pieces_;  // body not yet taken; consumed up to (piece_, offset_)
  std::size_t piece_ = 0;
  std::size_t offset_ = 0;
  std::size_t unsent_ = 0;
  Headers trailers_;
  bool is_begun_ = false;
  bool is_finished_ = false;
  bool is_reset_ = false;
  bool moves_ = false;          // something was written or taken
  bool is_deferred_ = false;    // nghttp2 waits for resume_data
  bool is_backlogged_ = false;  // the writer waits for on_writable
  bool is_remote_ended_ = false;
};

}  // namespace quorate::net
