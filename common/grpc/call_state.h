// A call as the channel sees it: what was sent, where it runs, what its caller has yet to hear.
//
//   waiting --attach--> running --finish--> finished
//      ^                   |
//      +----- refused -----+   the server said it did not begin: sent again
//
// Home: the loop's thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "common/event_loop.h"
#include "common/grpc/call.h"
#include "common/grpc/h2_client.h"

namespace quorate::grpc {

class Link;

class CallState : public std::enable_shared_from_this<CallState> {
 public:
  // The channel, which outlives its calls or tells them with abandon().
  class Host {
   public:
    virtual ~Host() = default;
    virtual EventLoop& loop() = 0;
    virtual std::size_t send_bytes_max() const = 0;
    virtual void begin_again(const std::shared_ptr<CallState>& call) = 0;
    virtual void ended(const std::shared_ptr<CallState>& call) = 0;
  };

  CallState(Host& host, std::string_view method, const CallOptions& options, CallEvents events);

  // ---- From the channel

  void start_deadline();
  void attach(Link& link, StreamNumber stream);  // sends what waited
  void detach();                                 // the link goes; what it knew is lost
  void deliver();                                // tells the caller what the stream has brought
  void finish(Finished finished);                // from the loop only
  void finish_soon(Error error);
  [[nodiscard]] const std::string& method() const { return method_; }
  [[nodiscard]] const CallOptions& options() const { return options_; }

  // ---- From the handle

  void send(std::string_view message);
  void end_sending();
  void hold();
  void release();
  void abandon();
  [[nodiscard]] bool is_finished() const { return is_finished_; }
  [[nodiscard]] std::size_t unsent_bytes() const;

 private:
  // A call is sent again at most this often: servers that refuse every time are not asked forever.
  static constexpr int kAttemptsMax = 5;
  // More than this is not kept for sending again.
  static constexpr std::size_t kReplayBytesMax = std::size_t{4} << 20;

  void deliver_soon();
  bool deliver_one(ResponseReader& reader);
  void conclude(const Finished& finished);
  void leave();
  void end();

  Host* host_;  // null once the call has ended
  const std::string method_;
  const CallOptions options_;
  CallEvents events_;
  Timer deadline_;
  Link* link_ = nullptr;
  StreamNumber stream_ = 0;
  std::string replay_;  // all that was sent, framed, until the server has taken the call up
  bool is_replayable_ = true;
  bool has_ended_sending_ = false;
  bool is_held_ = false;
  bool is_finished_ = false;
  int attempts_ = 0;
};

}  // namespace quorate::grpc
