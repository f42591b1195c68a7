// What a connection and the application say to each other, whatever the version of HTTP.
//
//   session (HTTP/1.1, HTTP/2)                       application (gRPC, JSON gateway, pages)
//        open(head, exchange) ------------------------->  Application
//        on_body, on_end, on_writable, on_cancelled --->  Responder
//        respond, write, finish, reset  <---------------  Exchange
//
// Home of everything here: the loop that owns the connection.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include "server/net/headers.h"
#include "server/net/timer_wheel.h"

namespace quorate::net {

template <class T>
using Counted = boost::intrusive_ref_counter<T, boost::thread_unsafe_counter>;

// Who is on the other end.
struct Peer {
  std::string address;  // "10.0.0.7:4711"; "@" for a unix socket
  bool is_tls = false;
  std::string common_name;  // of a verified client certificate
};

enum class HttpVersion : std::uint8_t { http1, http2 };

struct RequestHead {
  HttpVersion version = HttpVersion::http1;
  std::string_view method;
  std::string_view path;   // without the query
  std::string_view query;  // behind the question mark
  std::string_view authority;
  const Headers* headers = nullptr;  // never null in open(); no pseudo headers
  const Peer* peer = nullptr;
};

// How a stream is cut off (numbers of RFC 9113 §7; HTTP/1.1 closes the connection).
enum class ResetCode : std::uint32_t {
  no_error = 0,
  protocol_error = 1,
  internal_error = 2,
  refused_stream = 7,
  cancel = 8,
  enhance_your_calm = 11,
};

struct HeaderLine {
  std::string_view name;
  std::string_view value;
};
using HeaderLines = std::vector<HeaderLine>;

// The answering half of one request, owned by its session and by whoever still answers. All calls
// are harmless once is_open() is false.
class Exchange : public Counted<Exchange> {
 public:
  virtual ~Exchange() = default;

  // The whole answer at once. `body` may be empty.
  virtual void respond(int status, const HeaderLines& headers, std::string body) = 0;
  // The answer in pieces: begin, any number of write, then finish. Trailers are for HTTP/2.
  virtual void begin(int status, const HeaderLines& headers) = 0;
  virtual void write(std::string piece) = 0;
  virtual void finish(const HeaderLines& trailers) = 0;
  // Ends with headers only (gRPC's trailers-only form) when nothing was sent, else with trailers.
  virtual void reset(ResetCode code) = 0;
  // The connection becomes one of bytes, as when a client asks for another protocol: on_body gets
  // what comes, write() sends it as it is, finish() closes when all has left. False when that
  // cannot be: over HTTP/2 or HTTP/1.0, or with a body. Requires: no answer has begun.
  [[nodiscard]] virtual bool take_over() { return false; }

  // Bytes given to write() and not yet taken by the connection. A writer of much stops once this
  // has reached kBacklogBytes, and goes on when Responder::on_writable says it is below again.
  static constexpr std::size_t kBacklogBytes = 256 * 1024;
  [[nodiscard]] virtual std::size_t unsent_bytes() const = 0;
  [[nodiscard]] virtual bool is_open() const = 0;  // false once the client is gone
  [[nodiscard]] virtual TimerWheel& timers() = 0;
};
using ExchangePtr = boost::intrusive_ptr<Exchange>;

// The asking half: what the application wants to hear about one request.
class Responder : public Counted<Responder> {
 public:
  virtual ~Responder() = default;

  virtual void on_body(std::string_view bytes) = 0;
  virtual void on_end() = 0;        // the request is complete
  virtual void on_writable() {}     // unsent_bytes() fell below kBacklogBytes
  virtual void on_cancelled() = 0;  // the client has gone or reset the stream; nothing follows
  // Whether nothing is answered before the request is complete, so that its body may be waited for
  // only so long.
  [[nodiscard]] virtual bool needs_whole_body() const { return false; }
  // Whether nobody knows when the answer comes. Over HTTP/1.1 a client that sends no more is then
  // taken to have gone: nothing else would tell.
  [[nodiscard]] virtual bool may_last() const { return false; }
};
using ResponderPtr = boost::intrusive_ptr<Responder>;

// What all connections hold for their clients at the moment.
struct Load {
  std::size_t unsent_bytes = 0;  // of answers that no socket has taken yet
  std::size_t streams = 0;       // of HTTP/2
};

class Application {
 public:
  virtual ~Application() = default;
  // A request's head has arrived. `head` and its views end with the call.
  virtual ResponderPtr open(const RequestHead& head, ExchangePtr exchange) = 0;

  Load load;  // kept by the sessions
};

}  // namespace quorate::net
