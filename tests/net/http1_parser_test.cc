#include "server/net/http1_parser.h"

#include <doctest/doctest.h>

using namespace quorate::net;

namespace {

// Everything the parser says, as text.
struct Listener final : Http1Events {
  void on_head() override {
    said += parser.method();
    said.append(" ").append(parser.target()).append("|");
  }
  void on_body(std::string_view piece) override { body += piece; }
  void on_request_end() override { said += body + "|end"; }

  std::string said;
  std::string body;
  Http1Parser parser{*this, 2000};
};

constexpr std::string_view kPost = "POST /x HTTP/1.1\r\nHost: a\r\n";

std::string framed(std::string_view framing, std::string_view rest) {
  return std::string{kPost}.append(framing).append("\r\n\r\n").append(rest);
}

Http1Fault fault_of(std::string_view bytes) {
  Listener listener;
  (void)listener.parser.put(bytes);
  return listener.parser.fault();
}

}  // namespace

TEST_CASE("a request may come in any pieces; what follows it is left alone") {
  const std::string request =
      framed("Transfer-Encoding: chunked", "5\r\nhello\r\n1;x=y\r\n!\r\n0\r\n\r\n");
  for (std::size_t first = 1; first <= request.size(); ++first) {
    CAPTURE(first);
    Listener listener;
    std::string rest;
    std::size_t at = 0;
    for (const std::size_t end : {first, request.size()}) {
      rest += request.substr(at, end - at);
      at = end;
      rest.erase(0, listener.parser.put(rest));
    }
    CHECK(rest.empty());
    CHECK(listener.parser.is_done());
    CHECK(listener.said == "POST /x|hello!|end");
    CHECK(listener.parser.put("GET") == 0);
  }
}

TEST_CASE("one request after another") {
  Listener listener;
  const std::string two = framed("Content-Length: 2", "ab") + "GET /y HTTP/1.0\r\n\r\n";
  const std::size_t taken = listener.parser.put(two);
  CHECK(listener.parser.is_done());
  CHECK(listener.parser.is_keep_alive());
  CHECK(listener.parser.headers().find("content-length") == "2");
  listener.parser.next_request();
  listener.body.clear();
  CHECK(listener.parser.put(std::string_view{two}.substr(taken)) == two.size() - taken);
  CHECK(listener.said == "POST /x|ab|endGET /y||end");
  CHECK(listener.parser.is_http10());
  CHECK_FALSE(listener.parser.is_keep_alive());
  CHECK(listener.parser.headers().size() == 0);
}

// RFC 9112 §6.3 and §11.2: what two readers could take apart in different ways is no request.
TEST_CASE("a body whose end can be read in two ways is malformed") {
  for (const std::string_view framing : {
           "Content-Length: 3\r\nContent-Length: 4",
           "Content-Length: 3\r\nTransfer-Encoding: chunked",
           "Transfer-Encoding: chunked\r\nContent-Length: 3",
           "Content-Length: 3x",
           "Content-Length: -3",
           "Content-Length: 0x3",
           "Content-Length: 3 3",
           "Content-Length:",
           "Content-Length: 18446744073709551616",
           "Content-Length : 3",
           "Content-Length\t: 3",
       }) {
    CAPTURE(framing);
    CHECK(fault_of(framed(framing, "abc")) == Http1Fault::malformed);
  }
}

TEST_CASE("chunks that are none are malformed") {
  for (const std::string_view body : {
           "x\r\nabc\r\n0\r\n\r\n",
           "-1\r\na\r\n0\r\n\r\n",
           "0x3\r\nabc\r\n0\r\n\r\n",
           "+3\r\nabc\r\n0\r\n\r\n",
           "3xyz\r\n0\r\n\r\n",
           "3\r\nabcd\r\n0\r\n\r\n",
           "10000000000000003\r\nabc\r\n0\r\n\r\n",
           "\r\n0\r\n\r\n",
           ";x\r\n0\r\n\r\n",
       }) {
    CAPTURE(body);
    CHECK(fault_of(framed("Transfer-Encoding: chunked", body)) == Http1Fault::malformed);
  }
}

TEST_CASE("heads that are none are malformed") {
  for (const std::string& head : {
           std::string{"GET / HTTP/1.1\r\nHost: a\r\n b: c\r\n\r\n"}.replace(23, 1, "\v"),
           std::string{"GET / HTTP/1.1\r\nbad\r\n\r\n"},
           std::string{"GET / HTTP/1.1\r\n: x\r\n\r\n"},
           std::string{"GET / HTTP/1.1\r\nA b: x\r\n\r\n"},
           std::string{"GET / HTTP/1.1\r\nA: x"} + '\0' + "y\r\n\r\n",
           std::string{"GET / HTTP/1.1\r\nA: x\ry\r\n\r\n"},
           std::string{"GET / HTTP/1.1\rHost: a\r\n\r\n"},
           std::string{"GET /\r\n\r\n"},
           std::string{"GET / HTTP/x.y\r\n\r\n"},
           std::string{"G\x01T / HTTP/1.1\r\n\r\n"},
       }) {
    CAPTURE(head);
    CHECK(fault_of(head) == Http1Fault::malformed);
  }
}

TEST_CASE("a head is bounded, in one line and in many") {
  const std::string long_field = framed("X: " + std::string(3000, 'x'), "");
  CHECK(fault_of(long_field) == Http1Fault::headers_too_large);
  std::string many;
  for (int i = 0; i < 500; ++i) many += "X: y\r\n";
  CHECK(fault_of(framed(many, "")) == Http1Fault::headers_too_large);
  CHECK(fault_of("GET /" + std::string(3000, 'p')) == Http1Fault::headers_too_large);
}
