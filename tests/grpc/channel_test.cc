#include "common/grpc/channel.h"

#include <cstdlib>

#include <doctest/doctest.h>

#include "common/grpc/unary.h"
#include "tests/grpc/scripted_peer.h"
#include "tests/peers/etcd_process.h"

using namespace quorate;
using namespace std::chrono_literals;
using grpc::Call;
using grpc::CallOptions;
using grpc::Channel;
using grpc::ChannelOptions;
using test::ScriptedPeer;
using Session = ScriptedPeer::Session;

namespace {

constexpr const char* kMethod = "/p.S/M";

// Long enough never to matter on a slow machine; a test that works never waits for it.
CallOptions patient() {
  return {.deadline = std::chrono::steady_clock::now() + 60s, .metadata = {}};
}

ChannelOptions to(std::vector<std::string> endpoints) {
  ChannelOptions options;
  options.endpoints = std::move(endpoints);
  options.backoff_first = 1ms;
  options.backoff_max = 10ms;
  return options;
}

// Where nobody listens.
std::string unused_endpoint() {
  return "127.0.0.1:" + std::to_string(test::free_port());
}

// Answers every call with its own body.
void echo(ScriptedPeer& peer) {
  peer.on_connect = [](Session& session) {
    session.h2().on_end = [&session](std::int32_t stream) {
      session.h2().answer(stream, session.h2().requests().at(stream).body.substr(5));
    };
  };
}

// Everything a call was told.
struct Told {
  std::vector<std::string> messages;
  std::optional<grpc::Finished> finished;
  bool has_headers = false;

  grpc::CallEvents events() {
    return {.headers = [this](const grpc::Metadata&) { has_headers = true; },
            .message = [this](std::string m) { messages.push_back(std::move(m)); },
            .finished = [this](grpc::Finished f) { finished = std::move(f); }};
  }
};

struct Room {
  EventLoop loop;
  Rng rng{1};

  Result<std::string> ask(Channel& channel, std::string_view text) {
    return call_unary(channel, kMethod, text, patient());
  }
  void wait(const std::function<bool()>& done) {
    REQUIRE(loop.run_until(done, std::chrono::steady_clock::now() + 60s));
  }
};

}  // namespace

TEST_CASE("a unary call is answered over TCP") {
  Room room;
  ScriptedPeer peer{room.loop};
  echo(peer);
  Channel channel{room.loop, to({peer.endpoint()}), room.rng};
  CHECK(room.ask(channel, "hello").value() == "hello");
  CHECK(room.ask(channel, "").value().empty());
  CHECK(channel.has_connection());
  CHECK(peer.connections() == 1);
}

TEST_CASE("a unary call is answered over a unix socket") {
  Room room;
  const test::TempDir dir;
  ScriptedPeer peer{room.loop, (dir.path() / "s").string()};
  echo(peer);
  Channel channel{room.loop, to({peer.endpoint()}), room.rng};
  CHECK(room.ask(channel, "hello").value() == "hello");
}

TEST_CASE("a call carries its fields, deadline and metadata") {
  Room room;
  ScriptedPeer peer{room.loop};
  grpc::Metadata seen;
  peer.on_connect = [&](Session& session) {
    session.h2().on_end = [&](std::int32_t stream) {
      seen = session.h2().requests().at(stream).headers;
      session.h2().answer(stream, "");
    };
  };
  Channel channel{room.loop, to({"http://" + peer.endpoint()}), room.rng};
  CallOptions options = patient();
  options.metadata = {{"token", "t.1"}};
  REQUIRE(call_unary(channel, kMethod, "x", options).has_value());
  CHECK(grpc::find(seen, ":path") == kMethod);
  CHECK(grpc::find(seen, ":authority") == peer.endpoint());
  CHECK(grpc::find(seen, "content-type") == "application/grpc");
  CHECK(grpc::find(seen, "te") == "trailers");
  CHECK(grpc::find(seen, "token") == "t.1");
  CHECK(grpc::find(seen, "grpc-timeout").value_or("").ends_with("u"));
}

TEST_CASE("dead endpoints are skipped, live ones take turns") {
  Room room;
  ScriptedPeer a{room.loop};
  ScriptedPeer b{room.loop};
  int count_a = 0;
  int count_b = 0;
  const auto counting = [](ScriptedPeer& peer, int& count) {
    peer.on_connect = [&count](Session& session) {
      session.h2().on_end = [&count, &session](std::int32_t stream) {
        ++count;
        session.h2().answer(stream, "");
      };
    };
  };
  counting(a, count_a);
  counting(b, count_b);
  Channel channel{room.loop, to({unused_endpoint(), a.endpoint(), b.endpoint()}), room.rng};
  REQUIRE(room.ask(channel, "x").has_value());
  room.wait([&] { return a.connections() == 1 && b.connections() == 1; });
  while (count_a < 5 || count_b < 5) REQUIRE(room.ask(channel, "x").has_value());
  CHECK(std::abs(count_a - count_b) <= 2);
  const auto troubles = channel.troubles();
  REQUIRE(troubles.size() == 1);
  CHECK(troubles[0].error.message == "connect: connection refused");
}

TEST_CASE("without a live endpoint a call waits until its deadline") {
  Room room;
  Channel channel{room.loop, to({unused_endpoint(), unused_endpoint()}), room.rng};
  const auto result = call_unary(
      channel, kMethod, "x", {.deadline = std::chrono::steady_clock::now() + 50ms, .metadata = {}});
  REQUIRE(!result);
  CHECK(result.error() == Error{Code::deadline_exceeded, "context deadline exceeded"});
  CHECK(channel.troubles().size() == 2);
}

TEST_CASE("a call that waits begins as soon as an endpoint comes to life") {
  Room room;
  ScriptedPeer peer{room.loop, ScriptedPeer::Voice::http2};
  echo(peer);
  const std::string endpoint = peer.endpoint();
  int refused = 0;
  peer.on_connect = [&](Session& session) {
    if (++refused < 4) {
      session.close();
      return;
    }
    session.h2().on_end = [&](std::int32_t stream) { session.h2().answer(stream, "at last"); };
  };
  Channel channel{room.loop, to({endpoint}), room.rng};
  CHECK(room.ask(channel, "x").value() == "at last");
}

TEST_CASE("an endpoint that says nothing is not used") {
  Room room;
  ScriptedPeer silent{room.loop, ScriptedPeer::Voice::silent};
  ScriptedPeer live{room.loop};
  echo(live);
  Channel channel{room.loop, to({silent.endpoint(), live.endpoint()}), room.rng};
  for (int i = 0; i < 5; ++i) CHECK(room.ask(channel, "x").value() == "x");
}

TEST_CASE("an endpoint that stays silent is given up after the connect timeout") {
  Room room;
  ScriptedPeer silent{room.loop, ScriptedPeer::Voice::silent};
  ChannelOptions options = to({silent.endpoint()});
  options.connect_timeout = 20ms;
  Channel channel{room.loop, options, room.rng};
  Told told;
  const Call call = channel.start(kMethod, {}, told.events());
  room.wait([&] { return silent.connections() >= 3; });
  CHECK(!told.finished);
  CHECK(channel.troubles()[0].error.message == "the peer did not answer in time");
}

TEST_CASE("a deadline ends a call that the server leaves without an answer, and tells the server") {
  Room room;
  ScriptedPeer peer{room.loop};
  Session* session = nullptr;
  peer.on_connect = [&](Session& s) { session = &s; };
  Channel channel{room.loop, to({peer.endpoint()}), room.rng};
  const auto result = call_unary(
      channel, kMethod, "x", {.deadline = std::chrono::steady_clock::now() + 50ms, .metadata = {}});
  REQUIRE(!result);
  CHECK(result.error().code == Code::deadline_exceeded);
  room.wait([&] { return session->h2().requests().at(1).was_reset; });
}

TEST_CASE("a status alone, with a message, reaches the caller") {
  Room room;
  ScriptedPeer peer{room.loop};
  peer.on_connect = [](Session& session) {
    session.h2().on_end = [&session](std::int32_t stream) {
      session.h2().send_only(stream, {{":status", "200"},
                                      {"content-type", "application/grpc"},
                                      {"grpc-status", "3"},
                                      {"grpc-message", "etcdserver: key is not provided"}});
    };
  };
  Channel channel{room.loop, to({peer.endpoint()}), room.rng};
  CHECK(room.ask(channel, "x").error() ==
        Error{Code::invalid_argument, "etcdserver: key is not provided"});
}

TEST_CASE("messages above the limits end the call on either side") {
  Room room;
  ScriptedPeer peer{room.loop};
  peer.on_connect = [](Session& session) {
    session.h2().on_end = [&session](std::int32_t stream) {
      session.h2().answer(stream, std::string(101, 'a'));
    };
  };
  ChannelOptions options = to({peer.endpoint()});
  options.send_bytes_max = 10;
  options.receive_bytes_max = 100;
  Channel channel{room.loop, options, room.rng};
  CHECK(room.ask(channel, std::string(11, 'q')).error() ==
        Error{Code::resource_exhausted, "trying to send message larger than max (11 vs. 10)"});
  CHECK(room.ask(channel, std::string(10, 'q')).error() ==
        Error{Code::resource_exhausted, "grpc: received message larger than max (101 vs. 100)"});
}

TEST_CASE("no answer and two answers to a unary call are errors") {
  Room room;
  ScriptedPeer peer{room.loop};
  peer.on_connect = [](Session& session) {
    session.h2().on_end = [&session](std::int32_t stream) {
      session.h2().send_headers(stream);
      if (session.h2().requests().at(stream).body.ends_with("two")) {
        session.h2().send_message(stream, "1");
        session.h2().send_message(stream, "2");
      }
      session.h2().send_trailers(stream, {{"grpc-status", "0"}});
    };
  };
  Channel channel{room.loop, to({peer.endpoint()}), room.rng};
  CHECK(room.ask(channel, "none").error().code == Code::internal);
  CHECK(room.ask(channel, "two").error().code == Code::internal);
}

TEST_CASE("a refused call is sent again unnoticed, but not forever") {
  Room room;
  ScriptedPeer peer{room.loop};
  int asked = 0;
  int refuse = 2;
  peer.on_connect = [&](Session& session) {
    session.h2().on_end = [&](std::int32_t stream) {
      ++asked;
      if (refuse-- > 0) {
        session.h2().reset(stream, 7);
      } else {
        session.h2().answer(stream, session.h2().requests().at(stream).body.substr(5));
      }
    };
  };
  Channel channel{room.loop, to({peer.endpoint()}), room.rng};
  CHECK(room.ask(channel, "again").value() == "again");
  CHECK(asked == 3);
  refuse = 1000;
  CHECK(room.ask(channel, "x").error().code == Code::unavailable);
  CHECK(asked == 8);
}

TEST_CASE("a server that goes away finishes what runs and gets no new calls") {
  Room room;
  ScriptedPeer peer{room.loop};
  Session* first = nullptr;
  peer.on_connect = [&](Session& session) {
    if (first == nullptr) {
      first = &session;
      return;
    }
    session.h2().on_end = [&session](std::int32_t stream) { session.h2().answer(stream, "new"); };
  };
  Channel channel{room.loop, to({peer.endpoint()}), room.rng};
  Told told;
  Call running = channel.start(kMethod, patient(), told.events());
  running.end_sending();
  room.wait([&] { return first != nullptr && first->h2().requests().contains(1); });
  first->h2().go_away(1, 0, "");
  first->flush();
  CHECK(room.ask(channel, "x").value() == "new");
  first->h2().answer(1, "old");
  first->flush();
  room.wait([&] { return told.finished.has_value(); });
  CHECK(told.messages == std::vector<std::string>{"old"});
  CHECK(told.finished->is_ok());
  CHECK(peer.connections() == 2);
}

TEST_CASE("a lost connection ends its calls as unavailable, and the next call gets a new one") {
  Room room;
  ScriptedPeer peer{room.loop};
  int losses = 1;
  peer.on_connect = [&](Session& session) {
    session.h2().on_end = [&](std::int32_t stream) {
      if (losses-- > 0) {
        session.close();
      } else {
        session.h2().answer(stream, "back");
      }
    };
  };
  Channel channel{room.loop, to({peer.endpoint()}), room.rng};
  const auto lost = room.ask(channel, "x");
  REQUIRE(!lost);
  CHECK(lost.error().code == Code::unavailable);
  CHECK(lost.error().message.starts_with("error reading from server"));
  CHECK(room.ask(channel, "x").value() == "back");
}

TEST_CASE("hostile bytes end the connection, and the channel goes on with the next") {
  for (const std::string& bytes :
       {std::string{"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"},
        std::string(500, '\xff'), std::string(500, '\0')}) {
    Room room;
    ScriptedPeer hostile{room.loop, ScriptedPeer::Voice::silent};
    hostile.on_connect = [&](Session& session) { session.send_raw(bytes); };
    ScriptedPeer live{room.loop};
    echo(live);
    Channel channel{room.loop, to({hostile.endpoint(), live.endpoint()}), room.rng};
    CHECK(room.ask(channel, "x").value() == "x");
    room.wait([&] { return hostile.connections() >= 2; });
    CHECK(!channel.troubles().empty());
  }
}

TEST_CASE("a bidirectional stream carries messages both ways until both sides end it") {
  Room room;
  ScriptedPeer peer{room.loop};
  peer.on_connect = [](Session& session) {
    session.h2().on_headers = [&](std::int32_t stream) { session.h2().send_headers(stream); };
    session.h2().on_data = [&](std::int32_t stream) {
      const auto& body = session.h2().requests().at(stream).body;
      session.h2().send_message(stream, "heard " + std::to_string(body.size()));
    };
    session.h2().on_end = [&](std::int32_t stream) {
      session.h2().send_trailers(stream, {{"grpc-status", "0"}});
    };
  };
  Channel channel{room.loop, to({peer.endpoint()}), room.rng};
  Told told;
  Call call = channel.start(kMethod, {}, told.events());
  for (int i = 1; i <= 3; ++i) {
    call.send("12345");
    room.wait([&] { return told.messages.size() == static_cast<std::size_t>(i); });
    CHECK(told.messages.back() == "heard " + std::to_string(i * 10));
  }
  CHECK(told.has_headers);
  CHECK(!call.is_finished());
  call.end_sending();
  room.wait([&] { return told.finished.has_value(); });
  CHECK(told.finished->is_ok());
  CHECK(call.is_finished());
}

TEST_CASE("several streams run at once over one connection, and one cancelled leaves the others") {
  Room room;
  ScriptedPeer peer{room.loop};
  Session* session = nullptr;
  peer.on_connect = [&](Session& s) {
    session = &s;
    s.h2().on_headers = [&](std::int32_t stream) { s.h2().send_headers(stream); };
  };
  Channel channel{room.loop, to({peer.endpoint()}), room.rng};
  Told one;
  Told two;
  Call first = channel.start(kMethod, {}, one.events());
  Call second = channel.start(kMethod, {}, two.events());
  room.wait([&] { return one.has_headers && two.has_headers; });
  CHECK(peer.connections() == 1);
  first.cancel();
  room.wait([&] { return one.finished.has_value(); });
  CHECK(one.finished->status == Error{Code::cancelled, "context canceled"});
  session->h2().send_message(3, "still here");
  session->flush();
  room.wait([&] { return !two.messages.empty(); });
  room.wait([&] { return session->h2().requests().at(1).was_reset; });
  second = Call{};
  room.wait([&] { return session->h2().requests().at(3).was_reset; });
  CHECK(!two.finished);
}

TEST_CASE("a held call is told nothing until it is released") {
  Room room;
  ScriptedPeer peer{room.loop};
  peer.on_connect = [](Session& session) {
    session.h2().on_headers = [&](std::int32_t stream) {
      session.h2().send_headers(stream);
      for (int i = 0; i < 50; ++i) session.h2().send_message(stream, std::string(100'000, 'h'));
      session.h2().send_trailers(stream, {{"grpc-status", "0"}});
    };
  };
  Channel channel{room.loop, to({peer.endpoint()}), room.rng};
  Told held;
  Call call;
  grpc::CallEvents events = held.events();
  events.message = [&](std::string message) {
    held.messages.push_back(std::move(message));
    call.hold();
  };
  call = channel.start(kMethod, {}, std::move(events));
  std::size_t releases = 0;
  while (!held.finished) {
    room.wait([&] { return held.messages.size() > releases || held.finished; });
    CHECK(held.messages.size() <= releases + 1);
    ++releases;
    call.release();
  }
  CHECK(held.messages.size() == 50);
}

TEST_CASE("a silent server is pinged, and given up when it does not answer") {
  Room room;
  ScriptedPeer peer{room.loop, ScriptedPeer::Voice::silent};
  peer.on_connect = [](Session& session) { session.send_raw(session.h2().take_output()); };
  ChannelOptions options = to({peer.endpoint()});
  options.keepalive_time = 5ms;
  options.keepalive_timeout = 5ms;
  Channel channel{room.loop, options, room.rng};
  Told told;
  const Call call = channel.start(kMethod, {}, told.events());
  room.wait([&] { return told.finished.has_value(); });
  CHECK(told.finished->status ==
        Error{Code::unavailable, "keepalive ping failed to receive ACK within timeout"});
}

TEST_CASE("a server that answers pings keeps its calls") {
  Room room;
  ScriptedPeer peer{room.loop};
  Session* session = nullptr;
  peer.on_connect = [&](Session& s) { session = &s; };
  ChannelOptions options = to({peer.endpoint()});
  options.keepalive_time = 5ms;
  options.keepalive_timeout = 60s;
  Channel channel{room.loop, options, room.rng};
  Told told;
  const Call call = channel.start(kMethod, {}, told.events());
  room.wait([&] { return session != nullptr && session->h2().pings() >= 5; });
  CHECK(!told.finished);
}

TEST_CASE("a channel may be destroyed from within what it tells") {
  Room room;
  ScriptedPeer peer{room.loop};
  echo(peer);
  auto channel = std::make_unique<Channel>(room.loop, to({peer.endpoint()}), room.rng);
  bool is_told = false;
  Call call = start_unary(*channel, kMethod, "x", {}, [&](Result<std::string>) {
    channel.reset();
    is_told = true;
  });
  Call other = start_unary(*channel, kMethod, "y", {}, [&](Result<std::string>) {
    CHECK(false);  // given up with the channel
  });
  room.wait([&] { return is_told; });
  room.loop.post([&] { is_told = false; });
  room.wait([&] { return !is_told; });
}

TEST_CASE("a call may end itself from within what it is told") {
  Room room;
  ScriptedPeer peer{room.loop};
  Session* session = nullptr;
  peer.on_connect = [&](Session& s) {
    session = &s;
    s.h2().on_headers = [&](std::int32_t stream) {
      s.h2().send_headers(stream);
      s.h2().send_message(stream, "1");
      s.h2().send_message(stream, "2");
    };
  };
  Channel channel{room.loop, to({peer.endpoint()}), room.rng};
  int told = 0;
  Call call;
  call = channel.start(kMethod, {},
                       {.headers = nullptr,
                        .message =
                            [&](std::string) {
                              ++told;
                              call = Call{};
                            },
                        .finished = [&](grpc::Finished) { CHECK(false); }});
  room.wait([&] { return told > 0; });
  room.wait([&] { return session->h2().requests().at(1).was_reset; });
  CHECK(told == 1);
}

TEST_CASE("a thousand calls at once are all answered") {
  Room room;
  ScriptedPeer peer{room.loop};
  echo(peer);
  Channel channel{room.loop, to({peer.endpoint()}), room.rng};
  std::vector<Call> calls;
  int answered = 0;
  for (int i = 0; i < 1000; ++i) {
    calls.push_back(start_unary(channel, kMethod, std::to_string(i), {},
                                [&answered, i](Result<std::string> answer) {
                                  CHECK(answer.value() == std::to_string(i));
                                  ++answered;
                                }));
  }
  room.wait([&] { return answered == 1000; });
  CHECK(peer.connections() == 1);
}
