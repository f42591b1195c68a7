// The other half of an HTTP/2 connection for tests, without I/O: notes what the client sends, says
// what the test tells it to.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "common/grpc/metadata.h"

namespace quorate::test {

class H2Server {
 public:
  struct Request {
    grpc::Metadata headers;
    std::string body;
    bool has_ended = false;
    bool was_reset = false;
    std::uint32_t reset_error = 0;
  };

  struct Settings {
    std::uint32_t streams_max = 100;
    std::uint32_t stream_window_bytes = 65535;
  };

  H2Server();
  explicit H2Server(const Settings& settings);
  ~H2Server();

  void receive(std::string_view bytes);
  [[nodiscard]] std::string take_output();

  // Asked when the headers of a request have come, and when its last byte has.
  std::function<void(std::int32_t stream)> on_headers;
  std::function<void(std::int32_t stream)> on_end;
  std::function<void(std::int32_t stream)> on_data;

  [[nodiscard]] const std::map<std::int32_t, Request>& requests() const;
  [[nodiscard]] bool is_broken() const;  // the client broke the protocol
  [[nodiscard]] int pings() const;

  // ---- Answers. Headers get ":status 200" and the content type of gRPC.

  void send_headers(std::int32_t stream, const grpc::Metadata& more = {});
  void send_data(std::int32_t stream, std::string_view bytes);
  void send_message(std::int32_t stream, std::string_view message);  // framed
  void send_trailers(std::int32_t stream, const grpc::Metadata& trailers);
  void send_only(std::int32_t stream, const grpc::Metadata& fields);  // one block, nothing added
  void end_data(std::int32_t stream);                                 // END_STREAM without trailers
  void answer(std::int32_t stream, std::string_view message);         // all of it, status 0
  void reset(std::int32_t stream, std::uint32_t http2_error);
  void go_away(std::int32_t last_stream, std::uint32_t http2_error, std::string_view text);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace quorate::test
