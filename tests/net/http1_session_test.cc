#include "server/net/http1_session.h"

#include <deque>

#include <doctest/doctest.h>

#include "server/net/session.h"

using namespace quorate::net;
using namespace std::chrono_literals;

namespace {

// A socket that takes as many bytes as the test says.
struct FakeTransport final : Transport {
  void start(TransportUser& /*user*/) override {}
  void set_user(TransportUser& /*user*/) override {}
  std::size_t write(std::string_view bytes) override {
    const std::size_t taken = std::min(bytes.size(), room);
    room -= taken;
    sent += bytes.substr(0, taken);
    return taken;
  }
  void pause_reading() override { is_paused = true; }
  void resume_reading() override { is_paused = false; }
  void shutdown() override { is_shut_down = true; }

  std::size_t room = std::string::npos;
  std::string sent;
  bool is_paused = false;
  bool is_shut_down = false;
};

struct FakeOwner final : SessionOwner {
  void will_flush(Session& session) override { dirty = &session; }
  void finished(Session& /*session*/) override { is_finished = true; }

  Session* dirty = nullptr;
  bool is_finished = false;
};

// Answers with what was asked; those whose path is "/later" or "/who-knows-when" when the test says
// so.
struct Echo final : Application {
  struct Request final : Responder {
    Request(Echo& e, const RequestHead& head, ExchangePtr x)
        : echo{e}, exchange{std::move(x)}, path{head.path}, said{std::string{head.method} + " "} {
      said.append(head.authority).append(head.path).append("?").append(head.query).append(" ");
    }
    void on_body(std::string_view bytes) override { said += bytes; }
    void on_end() override {
      if (path == "/later" || may_last()) return;
      answer();
    }
    [[nodiscard]] bool may_last() const override { return path == "/who-knows-when"; }
    void on_writable() override { ++echo.writable; }
    void on_cancelled() override { ++echo.cancelled; }
    void answer() { exchange->respond(200, {}, said); }

    Echo& echo;
    ExchangePtr exchange;
    std::string path;
    std::string said;
  };
  ResponderPtr open(const RequestHead& head, ExchangePtr exchange) override {
    boost::intrusive_ptr<Request> request{new Request{*this, head, std::move(exchange)}};
    requests.push_back(request);
    return request;
  }

  std::deque<boost::intrusive_ptr<Request>> requests;
  int cancelled = 0;
  int writable = 0;
};

struct Fixture {
  void hear(std::string_view bytes) {
    session->on_bytes(bytes);
    flush();
  }
  void flush() {
    while (owner.dirty != nullptr) std::exchange(owner.dirty, nullptr)->flush();
  }
  void wait(std::chrono::milliseconds time) {
    timers.advance(static_cast<std::uint64_t>(time / TimerWheel::kTick) + 1);
    flush();
  }
  // What was sent, without the dates.
  [[nodiscard]] std::string sent() const {
    std::string out = transport.sent;
    for (auto at = out.find("Date: "); at != std::string::npos; at = out.find("Date: ")) {
      out.erase(at, out.find("\r\n", at) + 2 - at);
    }
    return out;
  }
  [[nodiscard]] bool is_closed() const { return transport.is_shut_down && owner.is_finished; }

  TimerWheel timers;
  Limits limits;
  Peer peer;
  FakeTransport transport;
  FakeOwner owner;
  Echo echo;
  std::unique_ptr<Session> session =
      make_http1_session(owner, transport, peer, echo, limits, timers);
};

std::string get(std::string_view path) {
  return "GET " + std::string{path} + " HTTP/1.1\r\nHost: h\r\n\r\n";
}

std::string ok(std::string_view body) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         std::string{body};
}

constexpr std::string_view kBad =
    "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n"
    "Content-Length: 15\r\n\r\n400 Bad Request";

}  // namespace

TEST_CASE("requests in any pieces give the same answers") {
  const std::string requests = get("/a?b") +
                               "POST /c HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nGET /" +
                               "PUT /d HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: "
                               "chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n" +
                               get("http://other/e");
  const std::string answers =
      ok("GET h/a?b ") + ok("POST h/c? GET /") + ok("PUT h/d? abcde") + ok("GET other/e? ");
  for (std::size_t piece = 1; piece <= requests.size(); ++piece) {
    CAPTURE(piece);
    Fixture f;
    for (std::size_t at = 0; at < requests.size(); at += piece) {
      f.hear(std::string_view{requests}.substr(at, piece));
    }
    CHECK(f.sent() == answers);
    CHECK_FALSE(f.is_closed());
  }
}

TEST_CASE("answers keep the order of the questions, one at a time") {
  Fixture f;
  f.hear(get("/later") + get("/b"));
  CHECK(f.sent().empty());
  REQUIRE(f.echo.requests.size() == 1);
  f.echo.requests[0]->answer();
  f.flush();
  CHECK(f.sent() == ok("GET h/later? ") + ok("GET h/b? "));
}

TEST_CASE("a client that asks far ahead waits until its answers are taken") {
  Fixture f;
  f.hear(get("/later"));
  std::string ahead;
  std::size_t count = 0;
  for (; ahead.size() < 70'000; ++count) ahead += get("/x");
  f.hear(ahead);
  CHECK(f.transport.is_paused);
  f.echo.requests[0]->answer();
  f.flush();
  CHECK_FALSE(f.transport.is_paused);
  CHECK(f.echo.requests.size() == count + 1);
}

TEST_CASE("what is malformed is answered once, and nothing behind it is read") {
  for (const std::string& bytes :
       {"hello\r\n\r\n" + get("/smuggled"),
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n" + get("/s"),
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n" +
            get("/s")}) {
    CAPTURE(bytes);
    Fixture f;
    f.hear(bytes);
    CHECK(f.sent() == kBad);
    CHECK(f.is_closed());
    CHECK(f.echo.requests.empty());
    f.hear(get("/after"));
    CHECK(f.sent() == kBad);
  }
}

TEST_CASE("a request cut down while it is served is cancelled") {
  Fixture f;
  f.hear(
      "POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nnonsense\r\n");
  CHECK(f.echo.cancelled == 1);
  CHECK(f.sent() == kBad);
  CHECK(f.is_closed());
  f.echo.requests[0]->answer();  // harmless
}

TEST_CASE("HTTP/1.0 ends with its answer unless it asks to go on") {
  Fixture f;
  f.hear("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  CHECK(f.sent() ==
        "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 8\r\n\r\nGET /a? ");
  CHECK_FALSE(f.is_closed());
  f.hear("GET /b HTTP/1.0\r\n\r\n" + get("/c"));
  CHECK(f.sent().ends_with("Connection: close\r\nContent-Length: 8\r\n\r\nGET /b? "));
  CHECK(f.is_closed());
}

TEST_CASE("a stream is chunked, or ends with the connection where that is not known") {
  for (const bool is_new : {true, false}) {
    Fixture f;
    f.hear(is_new ? get("/later") : "GET /later HTTP/1.0\r\n\r\n");
    const auto exchange = f.echo.requests[0]->exchange;
    exchange->begin(200, {});
    exchange->write("ab");
    exchange->write(std::string(16, 'c'));
    exchange->write("");
    exchange->finish({});
    f.flush();
    CHECK(f.sent() ==
          (is_new ? "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n10\r\n" +
                        std::string(16, 'c') + "\r\n0\r\n\r\n"
                  : "HTTP/1.0 200 OK\r\nConnection: close\r\n\r\nab" + std::string(16, 'c')));
    CHECK(f.is_closed() == !is_new);
  }
}

TEST_CASE("an answer to HEAD has the length of the body it leaves out") {
  Fixture f;
  f.hear("HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n" + get("/b"));
  CHECK(f.sent() == "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n" + ok("GET h/b? "));
}

TEST_CASE("a client that is slow to take is sent the rest when it can, and the writer is told") {
  Fixture f;
  f.transport.room = 1000;
  f.hear(get("/later"));
  const auto exchange = f.echo.requests[0]->exchange;
  exchange->begin(200, {});
  exchange->write(std::string(Exchange::kBacklogBytes, 'x'));
  f.flush();
  CHECK(f.transport.sent.size() == 1000);
  CHECK(exchange->unsent_bytes() >= Exchange::kBacklogBytes - 1000);
  CHECK(f.echo.writable == 1);  // below the mark with what was taken
  f.transport.room = std::string::npos;
  f.session->on_writable();
  f.flush();
  CHECK(exchange->unsent_bytes() == 0);
}

TEST_CASE("heads that never end and connections without requests are closed") {
  Fixture f;
  f.hear("GET / HT");
  f.wait(f.limits.header_timeout - 100ms);
  CHECK_FALSE(f.is_closed());
  f.wait(200ms);
  CHECK(f.is_closed());

  Fixture idle;
  idle.hear(get("/a"));
  idle.wait(idle.limits.idle_timeout - 100ms);
  CHECK_FALSE(idle.is_closed());
  idle.wait(200ms);
  CHECK(idle.is_closed());
}

TEST_CASE("a server that stops finishes what is asked and closes") {
  Fixture f;
  f.hear(get("/later"));
  f.session->drain();
  f.flush();
  CHECK_FALSE(f.is_closed());
  f.echo.requests[0]->answer();
  f.flush();
  CHECK(f.sent().find("Connection: close\r\n") != std::string::npos);
  CHECK(f.is_closed());
}

TEST_CASE("a client that has nothing more to say is answered, unless that may take for ever") {
  Fixture one;
  one.hear(get("/later"));
  one.session->on_input_end();
  one.flush();
  CHECK(one.echo.cancelled == 0);
  one.echo.requests.front()->answer();
  one.flush();
  CHECK(one.sent().find("HTTP/1.1 200 OK") == 0);
  CHECK(one.is_closed());

  Fixture other;
  other.hear(get("/who-knows-when"));
  other.session->on_input_end();
  other.flush();
  CHECK(other.echo.cancelled == 1);
  CHECK(other.owner.is_finished);
}

TEST_CASE("a client that is gone cancels what it asked") {
  Fixture f;
  f.hear(get("/later"));
  f.session->on_closed("reset");
  CHECK(f.echo.cancelled == 1);
  CHECK_FALSE(f.echo.requests[0]->exchange->is_open());
  f.echo.requests[0]->answer();
  CHECK(f.transport.sent.empty());
}
