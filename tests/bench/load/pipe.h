// The load generator's connection: HTTP/2 and gRPC with as little work for each message as can be,
// so that what is measured is the server. Header blocks of answers are not decoded; what breaks a
// measurement ends the process.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

namespace quorate::bench {

using StreamNumber = std::uint32_t;

// Says why on stderr and exits.
[[noreturn]] void give_up(const std::string& why);

class Pipe;

// What the server sends. May open and send on the pipe.
class Listener {
 public:
  virtual ~Listener() = default;
  virtual void on_message(Pipe& pipe, StreamNumber stream, std::string_view message) = 0;
  // The server has ended the call.
  virtual void on_end(Pipe& pipe, StreamNumber stream) = 0;
};

class Pipe {
 public:
  enum class End : bool { no, yes };

  // Connects, waiting for it; `endpoint` is host:port, in numbers.
  Pipe(const std::string& endpoint, Listener& listener);
  ~Pipe();
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  // `method`: "/etcdserverpb.KV/Put".
  StreamNumber open(std::string_view method, std::string_view token = {});
  void send(StreamNumber stream, std::string_view message, End end = End::no);
  // A call with one message.
  StreamNumber call(std::string_view method, std::string_view message, std::string_view token = {});

  [[nodiscard]] int descriptor() const { return socket_; }
  [[nodiscard]] bool wants_to_write() const { return sent_ < output_.size(); }
  void flush();    // as much as the socket takes
  void receive();  // one read

 private:
  struct Stream {
    std::string partial;  // of a message that has begun to arrive
    std::string unsent;   // waits for the server's window
    std::int64_t window = 0;
    std::uint32_t taken = 0;  // received since the window was opened
    bool ends = false;        // after what is unsent
  };

  void write_frame(std::uint8_t kind, std::uint8_t flags, StreamNumber stream,
                   std::string_view payload);
  void open_window(StreamNumber stream, std::uint32_t bytes);
  void send_unsent(StreamNumber number, Stream& stream);
  void send_all_unsent();
  void take_frame(std::uint8_t kind, std::uint8_t flags, StreamNumber stream,
                  std::string_view payload);
  void take_data(std::uint8_t flags, StreamNumber number, std::string_view payload);
  void take_messages(StreamNumber number, std::string_view bytes);
  void take_settings(std::uint8_t flags, std::string_view payload);
  void take_window(StreamNumber number, std::string_view payload);
  void end(StreamNumber number);

  Listener& listener_;
  int socket_ = -1;
  std::string output_;
  std::size_t sent_ = 0;
  std::vector<char> input_;
  std::size_t filled_ = 0;
  boost::unordered_flat_map<StreamNumber, Stream> streams_;
  std::vector<StreamNumber> blocked_;  // those with something unsent
  StreamNumber next_ = 1;
  std::int64_t window_ = 65'535;  // for all streams together
  std::int64_t stream_window_ = 65'535;
  std::uint32_t taken_ = 0;
};

}  // namespace quorate::bench
