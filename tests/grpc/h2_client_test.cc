#include "common/grpc/h2_client.h"

#include <doctest/doctest.h>

#include "common/grpc/frame.h"
#include "tests/grpc/h2_server.h"

using namespace quorate;
using grpc::H2Client;
using grpc::H2Options;
using grpc::Metadata;
using test::H2Server;

namespace {

const Metadata kCall{{":method", "POST"},
                     {":scheme", "http"},
                     {":path", "/p.S/M"},
                     {":authority", "a"},
                     {"te", "trailers"}};

// Client and server in one room: what one says the other hears, until both are silent.
struct Pair {
  explicit Pair(const H2Options& options = {}, const H2Server::Settings& settings = {})
      : client{options}, server{settings} {}

  Status talk() {
    for (;;) {
      std::string to_server;
      if (Status ok = client.take_output(to_server, 1 << 20); !ok) return ok;
      server.receive(to_server);
      const std::string to_client = server.take_output();
      if (to_server.empty() && to_client.empty()) return {};
      if (Status ok = client.receive(to_client); !ok) return ok;
    }
  }

  grpc::StreamNumber call(std::string_view message) {
    const auto stream = client.open(kCall);
    REQUIRE(stream);
    std::string frame;
    grpc::append_frame(frame, message);
    client.send(*stream, frame);
    client.end_sending(*stream);
    return *stream;
  }

  H2Client client;
  H2Server server;
};

std::string frame_header(std::size_t size, int type, int flags, int stream) {
  return {static_cast<char>(size >> 16),
          static_cast<char>(size >> 8),
          static_cast<char>(size),
          static_cast<char>(type),
          static_cast<char>(flags),
          0,
          0,
          static_cast<char>(stream >> 8),
          static_cast<char>(stream)};
}

}  // namespace

TEST_CASE("a call goes out and its answer comes back") {
  Pair pair;
  pair.server.on_end = [&](std::int32_t stream) { pair.server.answer(stream, "pong"); };
  const auto stream = pair.call("ping");
  REQUIRE(pair.talk().has_value());
  CHECK(pair.client.is_ready());
  CHECK(pair.server.requests().at(stream).headers == kCall);
  CHECK(pair.server.requests().at(stream).body == std::string("\0\0\0\0\4ping", 9));
  CHECK(pair.client.take_touched() == std::vector{stream});
  grpc::ResponseReader* reader = pair.client.reader(stream);
  REQUIRE(reader != nullptr);
  CHECK(reader->messages() == std::deque<std::string>{"pong"});
  CHECK(reader->finished()->is_ok());
  pair.client.drop(stream);
  REQUIRE(pair.talk().has_value());
  CHECK(pair.client.open_streams() == 0);
  CHECK(!pair.server.requests().at(stream).was_reset);
}

TEST_CASE("a stream that is dropped in the middle is reset") {
  Pair pair;
  const auto stream = pair.call("ping");
  REQUIRE(pair.talk().has_value());
  pair.client.drop(stream);
  REQUIRE(pair.talk().has_value());
  CHECK(pair.server.requests().at(stream).was_reset);
  CHECK(pair.server.requests().at(stream).reset_error == 8);
  CHECK(pair.client.reader(stream) == nullptr);
}

TEST_CASE("a stream that is dropped before it left is never sent") {
  Pair pair;
  REQUIRE(pair.talk().has_value());
  const auto stream = pair.call("ping");
  pair.client.drop(stream);
  REQUIRE(pair.talk().has_value());
  CHECK(!pair.server.requests().contains(stream));
}

TEST_CASE("messages go both ways while the stream is open") {
  Pair pair;
  const auto stream = *pair.client.open(kCall);
  REQUIRE(pair.talk().has_value());
  pair.server.send_headers(stream);
  for (const std::string text : {"a", "b", "c"}) {
    std::string frame;
    grpc::append_frame(frame, text);
    pair.client.send(stream, frame);
    REQUIRE(pair.talk().has_value());
    CHECK(pair.server.requests().at(stream).body.ends_with(text));
    pair.server.send_message(stream, text + text);
    REQUIRE(pair.talk().has_value());
    REQUIRE(pair.client.reader(stream)->messages().size() == 1);
    CHECK(pair.client.reader(stream)->messages().front() == text + text);
    pair.client.reader(stream)->messages().pop_front();
  }
  CHECK(!pair.server.requests().at(stream).has_ended);
  pair.client.end_sending(stream);
  REQUIRE(pair.talk().has_value());
  CHECK(pair.server.requests().at(stream).has_ended);
}

TEST_CASE("a large request waits for the server's window and then goes on") {
  Pair pair{{}, {.streams_max = 100, .stream_window_bytes = 1000}};
  REQUIRE(pair.talk().has_value());
  const auto stream = pair.call(std::string(100'000, 'x'));
  REQUIRE(pair.talk().has_value());
  CHECK(pair.server.requests().at(stream).has_ended);
  CHECK(pair.server.requests().at(stream).body.size() == 100'005);
  CHECK(pair.client.unsent_bytes(stream) == 0);
}

TEST_CASE("a held stream takes one window's worth and the others go on") {
  Pair pair{{.stream_window_bytes = 65'535, .connection_window_bytes = 1 << 20}};
  const auto held = pair.call("held");
  const auto other = pair.call("other");
  pair.client.hold(held);
  REQUIRE(pair.talk().has_value());
  for (const auto stream : {held, other}) {
    pair.server.send_headers(stream);
    for (int i = 0; i < 30; ++i) pair.server.send_message(stream, std::string(9'995, 'm'));
  }
  REQUIRE(pair.talk().has_value());
  CHECK(pair.client.reader(other)->messages().size() == 30);
  CHECK(pair.client.reader(held)->messages().size() == 6);
  pair.client.release(held);
  REQUIRE(pair.talk().has_value());
  CHECK(pair.client.reader(held)->messages().size() == 30);
}

TEST_CASE("a message larger than the window arrives, for its parts are acknowledged") {
  Pair pair{{.stream_window_bytes = 65'535}};
  const auto stream = pair.call("big");
  REQUIRE(pair.talk().has_value());
  pair.server.answer(stream, std::string(5'000'000, 'b'));
  REQUIRE(pair.talk().has_value());
  REQUIRE(pair.client.reader(stream)->messages().size() == 1);
  CHECK(pair.client.reader(stream)->messages().front().size() == 5'000'000);
}

TEST_CASE("calls beyond the server's limit of streams wait their turn") {
  Pair pair{{}, {.streams_max = 2}};
  REQUIRE(pair.talk().has_value());
  std::vector<grpc::StreamNumber> streams;
  for (int i = 0; i < 5; ++i) streams.push_back(pair.call("x"));
  REQUIRE(pair.talk().has_value());
  CHECK(pair.server.requests().size() == 2);
  for (const auto stream : streams) {
    pair.server.answer(stream, "y");
    REQUIRE(pair.talk().has_value());
    CHECK(pair.client.reader(stream)->finished()->is_ok());
    pair.client.drop(stream);
  }
  CHECK(pair.server.requests().size() == 5);
}

TEST_CASE("a refused stream may be sent again, any other reset not") {
  Pair pair;
  const auto refused = pair.call("a");
  const auto broken = pair.call("b");
  const auto begun = pair.call("c");
  REQUIRE(pair.talk().has_value());
  pair.server.send_headers(begun);
  REQUIRE(pair.talk().has_value());
  pair.server.reset(refused, 7);
  pair.server.reset(broken, 2);
  pair.server.reset(begun, 7);
  REQUIRE(pair.talk().has_value());
  CHECK(pair.client.was_refused(refused));
  CHECK(pair.client.reader(refused)->finished()->status.code == Code::unavailable);
  CHECK(!pair.client.was_refused(broken));
  CHECK(pair.client.reader(broken)->finished()->status.code == Code::internal);
  CHECK(!pair.client.was_refused(begun));
}

TEST_CASE("GOAWAY refuses the streams above its number and lets the others finish") {
  Pair pair;
  const auto first = pair.call("a");
  const auto second = pair.call("b");
  REQUIRE(pair.talk().has_value());
  pair.server.go_away(first, 0, "bye");
  REQUIRE(pair.talk().has_value());
  REQUIRE(pair.client.go_away());
  CHECK(pair.client.go_away()->text == "bye");
  CHECK(pair.client.was_refused(second));
  CHECK(!pair.client.reader(first)->finished());
  pair.server.answer(first, "done");
  REQUIRE(pair.talk().has_value());
  CHECK(pair.client.reader(first)->finished()->is_ok());
}

TEST_CASE("GOAWAY refuses the calls that still waited for a free stream") {
  Pair pair{{}, {.streams_max = 1}};
  REQUIRE(pair.talk().has_value());
  const auto first = pair.call("a");
  const auto waiting = pair.call("b");
  REQUIRE(pair.talk().has_value());
  pair.server.go_away(first, 0, "");
  REQUIRE(pair.talk().has_value());
  pair.server.answer(first, "done");
  REQUIRE(pair.talk().has_value());
  CHECK(pair.client.was_refused(waiting));
}

TEST_CASE("pings are answered and counted") {
  Pair pair;
  REQUIRE(pair.talk().has_value());
  pair.client.ping();
  pair.client.ping();
  REQUIRE(pair.talk().has_value());
  CHECK(pair.server.pings() == 2);
  CHECK(pair.client.pings_answered() == 2);
}

TEST_CASE("a peer that is not HTTP/2 is recognised") {
  for (const std::string& bytes :
       {std::string{"HTTP/1.1 400 Bad Request\r\n\r\n"}, std::string(1000, '\0'),
        std::string{"SSH-2.0-OpenSSH_9.2\r\nand more than nine bytes\r\n"},
        std::string(64, '\xff')}) {
    H2Client client{{}};
    std::string out;
    REQUIRE(client.take_output(out, 1 << 20).has_value());
    const bool is_heard = client.receive(bytes).has_value();
    const bool is_goodbye = !client.take_output(out, 1 << 20).has_value();
    CHECK((!is_heard || is_goodbye));
    CHECK(!client.is_ready());
  }
}

TEST_CASE("a peer that breaks the rules ends the connection, and nothing worse") {
  // DATA on stream 0, HEADERS for a stream never opened, an oversized frame, a SETTINGS frame of
  // odd size, a window update of zero, an unfinished header block followed by another frame.
  for (const std::string& bytes :
       {frame_header(3, 0, 0, 0) + "abc", frame_header(1, 1, 4, 5) + "\x88",
        frame_header(1 << 20, 0, 0, 1), frame_header(5, 4, 0, 0) + "abcde",
        frame_header(4, 8, 0, 0) + std::string(4, '\0'),
        frame_header(1, 1, 0, 1) + "\x88" + frame_header(8, 6, 0, 0) + "12345678"}) {
    Pair pair;
    pair.call("x");
    REQUIRE(pair.talk().has_value());
    bool is_broken = !pair.client.receive(bytes);
    is_broken = is_broken || !pair.talk();
    CHECK(is_broken);
  }
}

TEST_CASE("a flood of headers ends the call, not the program") {
  Pair pair;
  const auto stream = pair.call("x");
  REQUIRE(pair.talk().has_value());
  Metadata many;
  for (int i = 0; i < 60; ++i) many.push_back({"x-" + std::to_string(i), std::string(1000, 'v')});
  pair.server.send_headers(stream, many);
  (void)pair.talk();
  pair.server.send_trailers(stream, many);
  (void)pair.talk();
  REQUIRE(pair.client.reader(stream)->finished());
  CHECK(!pair.client.reader(stream)->finished()->is_ok());
}
