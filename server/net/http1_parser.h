// Requests of HTTP/1.1 out of bytes, on Beast's parser; no I/O.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "server/net/http.h"

namespace quorate::net {

// What the parser finds, in order: head, body pieces, end.
class Http1Events {
 public:
  virtual ~Http1Events() = default;
  virtual void on_head() = 0;  // method(), target(), headers() of the parser are complete
  virtual void on_body(std::string_view piece) = 0;
  virtual void on_request_end() = 0;
};

enum class Http1Fault : std::uint8_t { none, malformed, headers_too_large };

// One request after another. Home: its session's.
class Http1Parser {
 public:
  Http1Parser(Http1Events& events, std::size_t header_bytes_max);
  ~Http1Parser();

  // Consumes what it can and says how much; stops behind the end of a request. Less than all
  // without is_done() means that more bytes are needed, or a fault.
  std::size_t put(std::string_view bytes);
  [[nodiscard]] Http1Fault fault() const;
  [[nodiscard]] bool is_head_done() const;
  [[nodiscard]] bool is_done() const;
  void next_request();  // forgets the finished one

  [[nodiscard]] std::string_view method() const;
  [[nodiscard]] std::string_view target() const;
  [[nodiscard]] const Headers& headers() const;
  [[nodiscard]] bool is_keep_alive() const;
  [[nodiscard]] bool is_http10() const;

 private:
  class Impl;
  Http1Events& events_;
  std::size_t header_bytes_max_;
  std::unique_ptr<Impl> impl_;
};

}  // namespace quorate::net
